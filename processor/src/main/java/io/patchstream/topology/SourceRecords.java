package io.patchstream.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Records of the input topics by their coordinates, as long as retention leaves them. */
final class SourceRecords implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST_FETCH = Duration.ofSeconds(60);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /** Takes over a consumer without a group that reads committed records and resets no offsets. */
  SourceRecords(Consumer<byte[], byte[]> consumer, List<String> topics) {
    this.consumer = consumer;
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    ends.putAll(consumer.endOffsets(partitions));
  }

  /**
   * The record at the offset; empty if there is none (any more).
   *
   * @throws StreamFailedException if the brokers do not give it
   */
  Optional<ConsumerRecord<byte[], byte[]>> find(TopicPartition partition, long offset)
      throws StreamFailedException {
    if (offset >= ends.getOrDefault(partition, 0L)) {
      return Optional.empty();
    }
    consumer.assign(Set.of(partition));
    consumer.seek(partition, offset);
    long deadline = System.nanoTime() + LONGEST_FETCH.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          return Optional.of(record).filter(first -> first.offset() == offset);
        }
      } catch (OffsetOutOfRangeException e) {
        return Optional.empty();
      }
      if (consumer.position(partition) > offset) {
        return Optional.empty();
      }
    }
    throw new StreamFailedException(
        partition
            + " does not give offset "
            + offset
            + " within "
            + LONGEST_FETCH.toSeconds()
            + " s: check the brokers, then replay again.");
  }

  @Override
  public void close() {
    consumer.close();
  }
}
