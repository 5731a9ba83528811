package io.patchstream.config;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.streams.StreamsConfig;

/** What settings must keep, one sentence for each breach. */
final class SettingsChecks {

  private static final String REGISTRY = AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG;

  private SettingsChecks() {}

  /**
   * Holds each of our keys against its row.
   *
   * @param rows the rows that there are
   * @throws SettingsException with every unknown key, missing key and wrong value
   */
  static void eachRow(ConfigDef rows, Map<String, String> properties) throws SettingsException {
    List<String> problems = new ArrayList<>();
    for (String key : new TreeMap<>(properties).keySet()) {
      if (key.startsWith(Settings.PREFIX) && !rows.names().contains(key)) {
        String nearest = Spelling.nearest(key, rows.names());
        problems.add("There is no setting " + key + "; did you mean " + nearest + "?");
      }
    }
    for (ConfigValue value : rows.validate(properties)) {
      ConfigKey row = rows.configKeys().get(value.name());
      if (!row.hasDefault() && !properties.containsKey(row.name)) {
        String what = row.documentation.split("[,.:](\\s|$)")[0];
        problems.add(row.name + " is missing: " + what + ".");
      } else {
        value.errorMessages().forEach(message -> problems.add(message + "."));
      }
    }
    throwIfAny(problems);
  }

  /**
   * Holds the settings against each other.
   *
   * @throws SettingsException with every breach
   */
  static void together(Settings settings) throws SettingsException {
    List<String> problems = new ArrayList<>();
    topics(settings, problems);
    content(settings, problems);
    clients(settings, problems);
    throwIfAny(problems);
  }

  private static void topics(Settings settings, List<String> problems) {
    if (settings.labelsTopic().isEmpty() && settings.embeddingsTopic().isEmpty()) {
      problems.add(
          "Nothing would be written: set "
              + Settings.LABELS_TOPIC
              + ", "
              + Settings.EMBEDDINGS_TOPIC
              + " or both.");
    }
    Map<String, String> outputs = new TreeMap<>();
    settings.labelsTopic().ifPresent(topic -> outputs.put(Settings.LABELS_TOPIC, topic));
    settings.embeddingsTopic().ifPresent(topic -> outputs.put(Settings.EMBEDDINGS_TOPIC, topic));
    outputs.put(Settings.DEAD_LETTER_TOPIC, settings.deadLetterTopic());
    Set<String> taken = new HashSet<>();
    outputs.forEach(
        (key, topic) -> {
          if (settings.inputTopics().contains(topic)) {
            problems.add(
                key
                    + " is "
                    + topic
                    + ", which is also an input topic: results would be read as images, so give"
                    + " it another name.");
          }
          if (!taken.add(topic)) {
            problems.add(
                key
                    + " is "
                    + topic
                    + ", which is also another output: each kind of record needs a topic of its"
                    + " own.");
          }
        });
  }

  private static void content(Settings settings, List<String> problems) {
    try {
      settings.s3();
    } catch (IllegalArgumentException e) {
      problems.add(Settings.CONTENT_URI_S3 + ": " + e.getMessage());
      return;
    }
    try {
      settings.content();
    } catch (IllegalArgumentException e) {
      problems.add(Settings.CONTENT_URI_PREFIXES + ": " + e.getMessage());
    }
  }

  private static void clients(Settings settings, List<String> problems) {
    Map<String, Object> given = settings.originals();
    if (!given.containsKey(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)) {
      problems.add("bootstrap.servers is missing: name the Kafka cluster as host:port.");
    }
    if (!given.containsKey(REGISTRY)) {
      problems.add(REGISTRY + " is missing: results are Avro, so name the schema registry.");
    }
  }

  private static void throwIfAny(List<String> problems) throws SettingsException {
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }
}
