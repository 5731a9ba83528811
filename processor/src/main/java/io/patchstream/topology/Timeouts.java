package io.patchstream.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How long a stream thread may be kept, derived once from Kafka's own timeouts and the number of
 * tasks.
 *
 * @param transaction {@code transaction.timeout.ms} of the producers
 * @param session after how long the group drops a member that says nothing
 * @param maxPollInterval {@code max.poll.interval.ms} of the consumers
 * @param patience the longest that one record waits for a place in the engine. A pass over all
 *     tasks of a thread may wait once a task, and commits only afterwards: all of it takes at most
 *     a quarter of the shorter of transaction timeout and poll interval
 * @param gap a thread that did not run for this long, half a session, may have been replaced and
 *     gives its tasks up
 * @param warnings what an operator should know of them; empty if they fit together
 */
public record Timeouts(
    Duration transaction,
    Duration session,
    Duration maxPollInterval,
    Duration patience,
    Duration gap,
    List<String> warnings) {

  /** Long enough for the broker to notice and abort a transaction that timed out. */
  private static final Duration ABORT_SCAN = Duration.ofSeconds(10);

  private static final Duration LONGEST_PATIENCE = Duration.ofMillis(50);

  /** What a broker has where nobody sets {@code group.streams.session.timeout.ms}. */
  private static final Duration USUAL_SESSION = Duration.ofSeconds(45);

  /**
   * Derives the waits.
   *
   * @param config what Kafka Streams runs with
   * @param tasks the most tasks that one process can come to own, at least 1
   * @param brokersSession the session that the brokers keep for the group, if they could be asked;
   *     counts with {@code group.protocol=streams} only, where the client has no say in it
   */
  static Timeouts derive(StreamsConfig config, int tasks, Optional<Duration> brokersSession) {
    Duration transaction =
        millis(
            config.getProducerConfigs("timeouts").get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    var bytes = new ByteArrayDeserializer();
    var consumer =
        new ConsumerConfig(
            ConsumerConfig.appendDeserializerToConfig(
                config.getMainConsumerConfigs("timeouts", "timeouts", 0), bytes, bytes));
    boolean asksBrokers = isStreamsProtocol(config);
    Duration session =
        asksBrokers
            ? brokersSession.orElse(USUAL_SESSION)
            : millis(consumer.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
    Duration poll = millis(consumer.getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG));
    int threads = config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
    List<String> warnings = new ArrayList<>();
    if (asksBrokers && brokersSession.isEmpty()) {
      warnings.add(unknownSession(config.getString(StreamsConfig.APPLICATION_ID_CONFIG)));
    }
    if (transaction.plus(ABORT_SCAN).compareTo(session) > 0) {
      warnings.add(outlives(transaction, session, asksBrokers));
    }
    return new Timeouts(
        transaction,
        session,
        poll,
        patience(transaction, poll, Math.max(1, (tasks + threads - 1) / threads)),
        session.dividedBy(2),
        List.copyOf(warnings));
  }

  /** Whether the brokers keep the group's session, KIP-1071. */
  static boolean isStreamsProtocol(StreamsConfig config) {
    return GroupProtocol.STREAMS
        .name()
        .equalsIgnoreCase(config.getString(StreamsConfig.GROUP_PROTOCOL_CONFIG));
  }

  private static Duration patience(Duration transaction, Duration poll, int tasksAThread) {
    long share = Math.min(transaction.toMillis(), poll.toMillis()) / 4 / tasksAThread;
    return Duration.ofMillis(Math.max(1, Math.min(share, LONGEST_PATIENCE.toMillis())));
  }

  private static String unknownSession(String group) {
    return ("The brokers do not tell the session of the group %s: %d ms is assumed, their default."
            + " Allow DescribeConfigs on the group.")
        .formatted(group, USUAL_SESSION.toMillis());
  }

  private static String outlives(Duration transaction, Duration session, boolean asksBrokers) {
    return ("producer.transaction.timeout.ms (%d) plus the broker's abort scan (10000 unless set"
            + " otherwise) is above %s (%d): after a crash a partition's new owner may wait for the"
            + " old transaction.")
        .formatted(
            transaction.toMillis(),
            asksBrokers
                ? "the group's streams.session.timeout.ms, or the brokers'"
                    + " group.streams.session.timeout.ms"
                : "consumer.session.timeout.ms",
            session.toMillis());
  }

  private static Duration millis(Object value) {
    return Duration.ofMillis(Long.parseLong(value.toString()));
  }
}
