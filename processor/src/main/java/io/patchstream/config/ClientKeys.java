package io.patchstream.config;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The keys that Kafka Streams, its clients and the registry client are known to read. */
final class ClientKeys {

  /** Prefixes under which Streams hands a key to one of its clients alone. */
  private static final List<String> CLIENT_PREFIXES =
      List.of(
          StreamsConfig.MAIN_CONSUMER_PREFIX,
          StreamsConfig.RESTORE_CONSUMER_PREFIX,
          StreamsConfig.GLOBAL_CONSUMER_PREFIX,
          StreamsConfig.CONSUMER_PREFIX,
          StreamsConfig.PRODUCER_PREFIX,
          StreamsConfig.ADMIN_CLIENT_PREFIX);

  /** Prefixes behind which any name may stand. */
  private static final List<String> OPEN_PREFIXES =
      List.of(
          StreamsConfig.TOPIC_PREFIX,
          StreamsConfig.CLIENT_TAG_PREFIX,
          "schema.registry.",
          "basic.auth.",
          "bearer.auth.");

  /** What the registry client reads without a ConfigDef of its own. */
  private static final List<String> REGISTRY_CLIENT =
      List.of(
          SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS,
          SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS,
          SchemaRegistryClientConfig.MAX_RETRIES_CONFIG,
          SchemaRegistryClientConfig.RETRIES_WAIT_MS_CONFIG,
          SchemaRegistryClientConfig.RETRIES_MAX_WAIT_MS_CONFIG,
          SchemaRegistryClientConfig.LATEST_CACHE_TTL_CONFIG,
          SchemaRegistryClientConfig.MISSING_CACHE_SIZE_CONFIG,
          SchemaRegistryClientConfig.MISSING_ID_CACHE_TTL_CONFIG,
          SchemaRegistryClientConfig.MISSING_VERSION_CACHE_TTL_CONFIG,
          SchemaRegistryClientConfig.MISSING_SCHEMA_CACHE_TTL_CONFIG,
          SchemaRegistryClientConfig.URL_RANDOMIZE,
          KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG);

  private static final Set<String> NAMES = names();

  private ClientKeys() {}

  /** One sentence for each key that nobody reads, with the key that may have been meant. */
  static List<String> warnings(Collection<String> keys) {
    List<String> warnings = new ArrayList<>();
    for (String key : keys) {
      if (!isKnown(key)) {
        warnings.add(
            key
                + " is known neither to Kafka nor to the registry client; did you mean "
                + meant(key)
                + "?");
      }
    }
    return warnings;
  }

  private static boolean isKnown(String key) {
    return OPEN_PREFIXES.stream().anyMatch(key::startsWith) || NAMES.contains(bare(key));
  }

  private static String meant(String key) {
    String ours = Settings.PREFIX + key;
    return SettingsTable.ROWS.names().contains(ours) ? ours : Spelling.nearest(bare(key), NAMES);
  }

  private static String bare(String key) {
    return CLIENT_PREFIXES.stream()
        .filter(key::startsWith)
        .findFirst()
        .map(prefix -> key.substring(prefix.length()))
        .orElse(key);
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>(StreamsConfig.configDef().names());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    names.addAll(AbstractKafkaSchemaSerDeConfig.baseConfigDef().names());
    names.addAll(REGISTRY_CLIENT);
    return names;
  }
}
