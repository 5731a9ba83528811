package io.patchstream.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How long a stream thread may be kept, derived once from Kafka's own timeouts and the number of
 * tasks.
 *
 * @param transaction {@code transaction.timeout.ms} of the producers
 * @param session {@code session.timeout.ms} of the group
 * @param maxPollInterval {@code max.poll.interval.ms} of the consumers
 * @param patience the longest that one record waits for a place in the engine. A pass over all
 *     tasks of a thread may wait once a task, and commits only afterwards: all of it takes at most
 *     a quarter of the shorter of transaction timeout and poll interval
 * @param gap a thread that did not run for this long, half a session, may have been replaced and
 *     gives its tasks up
 */
public record Timeouts(
    Duration transaction,
    Duration session,
    Duration maxPollInterval,
    Duration patience,
    Duration gap) {

  /** Long enough for the broker to notice and abort a transaction that timed out. */
  private static final Duration ABORT_SCAN = Duration.ofSeconds(10);

  private static final Duration LONGEST_PATIENCE = Duration.ofMillis(50);

  /**
   * Derives the waits.
   *
   * @param config what Kafka Streams runs with
   * @param tasks the most tasks that one process can come to own, at least 1
   */
  static Timeouts derive(StreamsConfig config, int tasks) {
    long transaction =
        millis(
            config.getProducerConfigs("timeouts").get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    var bytes = new ByteArrayDeserializer();
    var consumer =
        new ConsumerConfig(
            ConsumerConfig.appendDeserializerToConfig(
                config.getMainConsumerConfigs("timeouts", "timeouts", 0), bytes, bytes));
    long session = consumer.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    long poll = consumer.getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    int threads = config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
    int tasksAThread = Math.max(1, (tasks + threads - 1) / threads);
    long patience = Math.min(transaction, poll) / 4 / tasksAThread;
    return new Timeouts(
        Duration.ofMillis(transaction),
        Duration.ofMillis(session),
        Duration.ofMillis(poll),
        Duration.ofMillis(Math.max(1, Math.min(patience, LONGEST_PATIENCE.toMillis()))),
        Duration.ofMillis(session / 2));
  }

  /** What an operator should know of the timeouts that are set; empty if they fit together. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    Duration aborted = transaction.plus(ABORT_SCAN);
    if (aborted.compareTo(session) > 0) {
      warnings.add(
          "producer.transaction.timeout.ms ("
              + transaction.toMillis()
              + ") plus the broker's abort scan (10000 unless set otherwise) is above"
              + " consumer.session.timeout.ms ("
              + session.toMillis()
              + "): after a crash a partition's new owner may wait for the old transaction.");
    }
    return warnings;
  }

  private static long millis(Object value) {
    return Long.parseLong(value.toString());
  }
}
