package io.patchstream.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic that the settings name, and what it should be like.
 *
 * @param name of the topic
 * @param purpose what it is for, in a word or two
 * @param partitions that it should have at least
 * @param requirements what its configuration should say
 */
record WantedTopic(String name, String purpose, int partitions, List<Requirement> requirements) {

  /** A record's key, headers, attributes, and of a failure its message and stack trace. */
  private static final int BESIDE_THE_VALUE = 64 << 10;

  /** Kafka's own default, batch overhead included: a full record of a producer's default. */
  private static final long USUAL_MESSAGE = (1 << 20) + 12;

  private static final Duration KEPT = Duration.ofDays(7);
  private static final Duration FAILURES_KEPT = Duration.ofDays(30);
  private static final Duration LEAST_KEPT = Duration.ofDays(1);

  /**
   * One line of a topic's configuration.
   *
   * @param key its name
   * @param value what a new topic is given
   * @param least what is enough of an existing one, as a number; null where it must be the value
   * @param why it matters
   */
  record Requirement(String key, String value, Long least, String why) {

    /** What is wrong with that value, if anything; retention of -1 has no end. */
    Optional<String> breach(String is) {
      boolean met =
          least == null
              ? value.equals(is)
              : is.equals("-1") && key.equals(TopicConfig.RETENTION_MS_CONFIG)
                  || Long.parseLong(is) >= least;
      return met
          ? Optional.empty()
          : Optional.of(
              "%s is %s, not %s: %s"
                  .formatted(key, is, least == null ? value : least + " or more", why));
    }
  }

  /** What a new topic is given. */
  Map<String, String> configuration() {
    Map<String, String> configuration = new LinkedHashMap<>();
    requirements.forEach(wanted -> configuration.put(wanted.key(), wanted.value()));
    return configuration;
  }

  /** An input topic. */
  static WantedTopic input(String name, int partitions, StreamOptions options) {
    List<Requirement> requirements =
        new ArrayList<>(
            List.of(
                isNotCompacted("an image would go before it is done"),
                new Requirement(
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(KEPT.toMillis()),
                    LEAST_KEPT.toMillis(),
                    "what waits, and what is done again after a crash, is fetched from here")));
    if (options.content().prefixes().isEmpty()) {
      requirements.add(
          takesRecordsOf(
              options.content().maxBytes(),
              "patchstream.image.max.bytes allows larger images than can be sent"));
    }
    return new WantedTopic(name, "images", partitions, requirements);
  }

  /** The topics that results and failures go to. */
  static List<WantedTopic> outputs(int partitions, StreamOptions options, TopicNeeds needs) {
    List<WantedTopic> outputs = new ArrayList<>();
    options
        .labelsTopic()
        .ifPresent(name -> outputs.add(output(name, "labels", partitions, 0, KEPT)));
    long embedding = (long) Float.BYTES * needs.embeddingSize();
    options
        .embeddingsTopic()
        .ifPresent(name -> outputs.add(output(name, "embeddings", partitions, embedding, KEPT)));
    outputs.add(
        output(
            options.deadLetterTopic(),
            "failures",
            partitions,
            options.deadLetterMaxBytes(),
            FAILURES_KEPT));
    return outputs;
  }

  private static WantedTopic output(
      String name, String purpose, int partitions, long valueBytes, Duration kept) {
    return new WantedTopic(
        name,
        purpose,
        partitions,
        List.of(
            isNotCompacted("a compacted topic refuses records without a key"),
            new Requirement(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(kept.toMillis()),
                LEAST_KEPT.toMillis(),
                "its readers may be away for a day"),
            takesRecordsOf(valueBytes, "its largest records do not fit")));
  }

  private static Requirement isNotCompacted(String why) {
    return new Requirement(
        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE, null, why);
  }

  private static Requirement takesRecordsOf(long valueBytes, String why) {
    long bytes = Math.max(USUAL_MESSAGE, valueBytes + BESIDE_THE_VALUE);
    return new Requirement(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(bytes), bytes, why);
  }
}
