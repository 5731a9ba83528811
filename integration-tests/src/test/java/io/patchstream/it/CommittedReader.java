package io.patchstream.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Collects all committed records of some topics, as a downstream application with {@code
 * isolation.level=read_committed} sees them. Belongs to no group. Records of one partition stand in
 * the order of their offsets.
 */
public final class CommittedReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Topics topics;
  private final List<TopicPartition> partitions;
  private final Consumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  CommittedReader(
      Consumer<byte[], byte[]> consumer, Topics topics, List<TopicPartition> partitions) {
    this.topics = topics;
    this.partitions = partitions;
    this.consumer = consumer;
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All that has been read so far. */
  public List<ConsumerRecord<byte[], byte[]>> records() {
    return Collections.unmodifiableList(records);
  }

  /** What has been read so far of one topic. */
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return records.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  /**
   * Reads until there are {@code count} records in all.
   *
   * @throws AssertionError if they do not come in time; says how many of which topic did
   */
  public List<ConsumerRecord<byte[], byte[]>> awaitRecords(int count, Duration atMost) {
    read(
        () -> records.size() >= count,
        atMost,
        () -> records.size() + " of " + count + " records: " + countsByTopic());
    return records();
  }

  /**
   * Reads all that was written until now, so that a record too many is seen as well. Waits for the
   * end of transactions that are open: call it when the writers have ended.
   *
   * @throws AssertionError if a transaction stays open
   */
  public List<ConsumerRecord<byte[], byte[]>> readToEnd(Duration atMost) {
    Map<TopicPartition, Long> ends = topics.endOffsets(partitions);
    read(
        () -> partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p)),
        atMost,
        () -> "a transaction is still open: read to " + positions() + ", but written to " + ends);
    return records();
  }

  private void read(BooleanSupplier done, Duration atMost, Supplier<String> failure) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(failure.get() + " after " + atMost.toSeconds() + " s");
      }
      consumer.poll(POLL).forEach(records::add);
    }
  }

  private Map<String, Integer> countsByTopic() {
    Map<String, Integer> counts = new TreeMap<>();
    partitions.forEach(partition -> counts.put(partition.topic(), 0));
    records.forEach(record -> counts.merge(record.topic(), 1, Integer::sum));
    return counts;
  }

  private Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
    return positions;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
