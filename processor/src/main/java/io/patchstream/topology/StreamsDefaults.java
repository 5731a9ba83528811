package io.patchstream.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** What Kafka Streams runs with where its user says nothing, and what its user may not change. */
final class StreamsDefaults {

  private static final Map<String, Object> DEFAULTS =
      Map.of(
          StreamsConfig.APPLICATION_ID_CONFIG,
          "patchstream",
          // Punctuations, which forward the results, run between polls only.
          StreamsConfig.POLL_MS_CONFIG,
          5,
          // The order between partitions means nothing here: never wait for an empty one.
          StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
          -1,
          // Records are images: a thousand a partition, Kafka's default, can be gigabytes.
          StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
          32,
          // Without a prefix, so that a user's value wins with any of them and without one.
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          128);

  /** Any other value would drop or double records silently. */
  private static final Map<String, Object> FIXED =
      Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);

  /** Handlers that go on after an error lose a record without a dead letter. */
  private static final String[] FORBIDDEN = {
    StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
    StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
    StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
    // The names that the last two had before Kafka 4.
    "default.production.exception.handler",
    "default.deserialization.exception.handler"
  };

  private StreamsDefaults() {}

  /**
   * The complete configuration of Kafka Streams.
   *
   * @param client what the user set
   * @throws StreamFailedException if the user set what must not be changed, or no thread
   */
  static StreamsConfig complete(Map<String, Object> client) throws StreamFailedException {
    Map<String, Object> config = new HashMap<>(DEFAULTS);
    config.putAll(client);
    for (String key : FORBIDDEN) {
      if (client.containsKey(key)) {
        throw new StreamFailedException(
            "Remove "
                + key
                + ": PatchStream itself turns every record that fails into a dead letter.");
      }
    }
    for (Map.Entry<String, Object> fixed : FIXED.entrySet()) {
      Object set = client.getOrDefault(fixed.getKey(), fixed.getValue());
      if (!fixed.getValue().equals(set)) {
        throw new StreamFailedException(
            "Remove "
                + fixed.getKey()
                + "="
                + set
                + ": PatchStream always runs with "
                + fixed.getValue()
                + ".");
      }
      config.put(fixed.getKey(), fixed.getValue());
    }
    StreamsConfig complete = new StreamsConfig(config);
    if (complete.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG) < 1) {
      throw new StreamFailedException(
          "Raise "
              + StreamsConfig.NUM_STREAM_THREADS_CONFIG
              + " to 1 or more, or remove it: without a thread nothing is read.");
    }
    return complete;
  }
}
