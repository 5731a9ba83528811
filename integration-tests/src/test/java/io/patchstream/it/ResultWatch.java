package io.patchstream.it;

import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the results of a pipeline as they come: the committed ones into a {@link Tally}, and all of
 * them, those of aborted transactions too, to know what was done again.
 */
final class ResultWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Topics topics;
  private final Tally tally;
  private final Reading committed;
  private final Reading all;
  private final BitSet written = new BitSet();
  private volatile int doneAgain;

  ResultWatch(KafkaCluster kafka, Pipeline pipeline, Tally tally) {
    this.topics = kafka.topics();
    this.tally = tally;
    List<TopicPartition> outcomes =
        topics.partitions(List.of(pipeline.labels(), pipeline.failures()));
    List<TopicPartition> results =
        topics.partitions(List.of(pipeline.labels(), pipeline.embeddings(), pipeline.failures()));
    committed = new Reading(kafka, IsolationLevel.READ_COMMITTED, results, tally::see);
    all = new Reading(kafka, IsolationLevel.READ_UNCOMMITTED, outcomes, this::seeWritten);
  }

  private void seeWritten(ConsumerRecord<byte[], byte[]> record) {
    int number = NumberedImages.number(record);
    if (written.get(number)) {
      doneAgain++;
    }
    written.set(number);
  }

  /** How many outcomes were written once more, their first transactions being aborted. */
  int doneAgain() {
    return doneAgain;
  }

  /** Waits until each partition has the result of {@code number} or of a higher one. */
  void awaitPast(int number, Duration atMost) {
    Await.until(
        atMost,
        () -> "no result of " + number + " or later everywhere: " + tally.newest(),
        () -> {
          failIfEnded();
          return tally.isPast(number);
        });
  }

  /** Waits until there are that many labels and failures. */
  void awaitResults(int count, Duration atMost) {
    Await.until(
        atMost,
        () -> tally.results() + " of " + count + " results",
        () -> {
          failIfEnded();
          return tally.results() >= count;
        });
  }

  /** Waits until all that is written by now has been read; the writers have ended. */
  void readToEnd(Duration atMost) {
    for (Reading reading : List.of(committed, all)) {
      Map<TopicPartition, Long> ends = topics.endOffsets(reading.partitions);
      Await.until(
          atMost,
          () -> "a transaction is still open: read to " + reading.positions + " of " + ends,
          () ->
              ends.entrySet().stream()
                  .allMatch(end -> reading.positions.get(end.getKey()) >= end.getValue()));
    }
  }

  private void failIfEnded() {
    for (Reading reading : List.of(committed, all)) {
      if (reading.failure != null) {
        throw new AssertionError("the results cannot be read", reading.failure);
      }
    }
  }

  @Override
  public void close() {
    committed.close();
    all.close();
  }

  /** One consumer on a thread of its own. */
  private static final class Reading {

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Collection<TopicPartition> partitions;
    private final Map<TopicPartition, Long> positions;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Thread thread;
    private volatile Throwable failure;

    Reading(
        KafkaCluster kafka,
        IsolationLevel isolation,
        Collection<TopicPartition> partitions,
        Consumer<ConsumerRecord<byte[], byte[]>> handler) {
      this.partitions = partitions;
      this.handler = handler;
      positions = new ConcurrentHashMap<>();
      partitions.forEach(partition -> positions.put(partition, 0L));
      consumer = kafka.consumer(isolation);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      thread = new Thread(this::read, "results-" + isolation);
      thread.setDaemon(true);
      thread.start();
    }

    private void read() {
      try (consumer) {
        while (true) {
          consumer.poll(POLL).forEach(handler);
          partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        }
      } catch (WakeupException e) {
        // It is closed.
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    void close() {
      consumer.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
