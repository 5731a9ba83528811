package io.patchstream.topology;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;

/**
 * How a stream is at one moment.
 *
 * @param state what it is doing
 * @param failure why it ended by itself, or is about to
 * @param waitingForRegistry the records whose schema the registry has yet to tell, as {@code
 *     topic-partition-offset}
 */
public record StreamCondition(
    KafkaStreams.State state, Optional<String> failure, Set<String> waitingForRegistry) {

  /** Keeps a copy. */
  public StreamCondition {
    waitingForRegistry = Set.copyOf(waitingForRegistry);
  }

  /** Whether it runs, or moves partitions to run again. */
  public boolean isReady() {
    return state == KafkaStreams.State.RUNNING || state == KafkaStreams.State.REBALANCING;
  }

  /** Whether it has ended by itself, or is about to. */
  public boolean hasFailed() {
    return state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR;
  }
}
