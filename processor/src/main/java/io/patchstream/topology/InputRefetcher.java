package io.patchstream.topology;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Fetches a backlog again from the input topic, with a consumer of its own that belongs to no group
 * and reads committed records only, as Streams does. Used by one stream thread; never waits.
 */
final class InputRefetcher implements AutoCloseable {

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final ArrayDeque<InputRecord> fetched = new ArrayDeque<>();
  private long expiredBelow;

  InputRefetcher(Consumer<byte[], byte[]> consumer, TopicPartition partition, long from) {
    this.consumer = consumer;
    this.partition = partition;
    consumer.assign(Set.of(partition));
    consumer.seek(partition, from);
  }

  /** The next record, or null if none has arrived yet. */
  InputRecord peek() {
    if (fetched.isEmpty()) {
      fetch();
    }
    return fetched.peekFirst();
  }

  /** Takes the record that {@link #peek} showed. */
  void take() {
    fetched.removeFirst();
  }

  /** Below this offset the topic holds nothing any more; 0 while nothing is known to be lost. */
  long expiredBelow() {
    return expiredBelow;
  }

  /** Every record below this offset has been taken, or does not exist. */
  long position() {
    return fetched.isEmpty() ? consumer.position(partition) : fetched.peekFirst().offset();
  }

  private void fetch() {
    List<ConsumerRecord<byte[], byte[]>> records;
    try {
      records = consumer.poll(Duration.ZERO).records(partition);
    } catch (OffsetOutOfRangeException e) {
      skipExpired();
      return;
    }
    records.forEach(record -> fetched.addLast(InputRecord.of(record)));
  }

  /**
   * Retention took records before they were finished; or the topic was made anew and is shorter
   * than it was, then none of them is left.
   */
  private void skipExpired() {
    long earliest = consumer.beginningOffsets(Set.of(partition)).get(partition);
    expiredBelow = earliest > consumer.position(partition) ? earliest : Long.MAX_VALUE;
    consumer.seek(partition, earliest);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
