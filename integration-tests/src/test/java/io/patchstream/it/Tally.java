package io.patchstream.it;

import io.patchstream.schemas.FailureReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What has become of the numbers of a {@link SteadyStream}, told record by record, and how long
 * each input partition stood still. Used by the thread that reads and by the one that asks.
 *
 * <p>A pause of a partition is the time between two of its results, labels and failures, as they
 * become visible to a reader of committed records.
 */
final class Tally {

  private final Pipeline pipeline;
  private final int classes;
  private final Arrivals labels;
  private final Arrivals embeddings;
  private final Arrivals failures;
  private final List<String> swapped = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final Map<FailureReason, Integer> reasons = new EnumMap<>(FailureReason.class);
  private final int[] newest;
  private final long[] lastNanos;
  private final long[] longestNanos;
  private int results;

  Tally(Pipeline pipeline, int classes) {
    this.pipeline = pipeline;
    this.classes = classes;
    labels = new Arrivals(pipeline.partitions());
    embeddings = new Arrivals(pipeline.partitions());
    failures = new Arrivals(pipeline.partitions());
    newest = new int[pipeline.partitions()];
    Arrays.fill(newest, -1);
    lastNanos = new long[pipeline.partitions()];
    longestNanos = new long[pipeline.partitions()];
  }

  /** Classes of the model. */
  int classes() {
    return classes;
  }

  /** Takes the next committed record of any of the pipeline's results. */
  synchronized void see(ConsumerRecord<byte[], byte[]> record) {
    int number = NumberedImages.number(record);
    if (record.topic().equals(pipeline.labels())) {
      labels.see(number, record.partition());
      seeLabel(number, pipeline.label(record).getPredictions().get(0).getLabel());
      moved(number);
    } else if (record.topic().equals(pipeline.embeddings())) {
      embeddings.see(number, record.partition());
      if (!pipeline.embedding(record).getImageId().equals(Integer.toString(number))) {
        swapped.add("embedding of " + number);
      }
    } else {
      failures.see(number, record.partition());
      seeFailure(number, pipeline.failure(record).getReason());
      moved(number);
    }
  }

  private void seeLabel(int number, String label) {
    if (!label.equals(Integer.toString(number % classes))) {
      swapped.add(number + " labelled " + label);
    }
    if (!Fate.of(number).allowsLabel()) {
      unexpected.add(number + " labelled");
    }
  }

  private void seeFailure(int number, FailureReason reason) {
    reasons.merge(reason, 1, Integer::sum);
    if (!Fate.of(number).allows(reason)) {
      unexpected.add(number + " failed with " + reason);
    }
  }

  private void moved(int number) {
    long now = System.nanoTime();
    int partition = number % pipeline.partitions();
    if (newest[partition] >= 0) {
      longestNanos[partition] = Math.max(longestNanos[partition], now - lastNanos[partition]);
    }
    lastNanos[partition] = now;
    newest[partition] = Math.max(newest[partition], number);
    results++;
  }

  /** How many labels and failures there are. */
  synchronized int results() {
    return results;
  }

  /** Whether each partition has the result of a number that is {@code number} or higher. */
  synchronized boolean isPast(int number) {
    return Arrays.stream(newest).allMatch(newestOfPartition -> newestOfPartition >= number);
  }

  /** The newest number of each partition, for messages. */
  synchronized String newest() {
    return Arrays.toString(newest);
  }

  /** Forgets the pauses so far; one that is not over counts with all of its length. */
  synchronized void forgetPauses() {
    Arrays.fill(longestNanos, 0);
  }

  /** The longest pause of each partition since {@link #forgetPauses}, in milliseconds. */
  synchronized long[] longestPauses() {
    return Arrays.stream(longestNanos).map(nanos -> nanos / 1_000_000).toArray();
  }

  /** How often an image failed, by reason. */
  synchronized Map<FailureReason, Integer> failures() {
    return Map.copyOf(reasons);
  }

  /**
   * What is wrong, by its kind, with the numbers from 0 to {@code sent - 1}; each kind is there,
   * with an empty list where nothing is wrong.
   */
  synchronized Map<String, List<?>> wrong(int sent) {
    BitSet outcomes = labels.seen();
    outcomes.or(failures.seen());
    List<Integer> lost = new ArrayList<>();
    for (int n = outcomes.nextClearBit(0); n < sent; n = outcomes.nextClearBit(n + 1)) {
      lost.add(n);
    }
    BitSet withoutVector = labels.seen();
    withoutVector.xor(embeddings.seen());
    List<Object> doubled = new ArrayList<>(labels.doubled());
    doubled.addAll(embeddings.doubled());
    doubled.addAll(failures.doubled());
    BitSet both = labels.seen();
    both.and(failures.seen());
    both.stream().forEach(doubled::add);
    List<String> outOfOrder = new ArrayList<>(labels.outOfOrder());
    outOfOrder.addAll(embeddings.outOfOrder());
    outOfOrder.addAll(failures.outOfOrder());
    Map<String, List<?>> wrong = new TreeMap<>();
    wrong.put("lost", lost);
    wrong.put("label or embedding alone", withoutVector.stream().boxed().toList());
    wrong.put("doubled", doubled);
    wrong.put("swapped", List.copyOf(swapped));
    wrong.put("out of order", outOfOrder);
    wrong.put("another outcome than meant", List.copyOf(unexpected));
    return wrong;
  }
}
