package io.patchstream.schemas.serdes;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.TrustedRecords;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Serdes of PatchStream's record values in the Confluent wire format: the byte 0, the schema's id
 * in four bytes, the record in Avro's binary encoding.
 *
 * <p>Every factory takes the properties of the registry client as they are ({@code
 * schema.registry.url}, {@code basic.auth.*}, {@code auto.register.schemas}, {@code
 * schema.registry.ssl.*}, ...), needs no {@code configure} afterwards, and throws {@link
 * ConfigException} where they are wrong. Subjects are named by {@code TopicNameStrategy} unless the
 * properties say otherwise. No factory talks to the registry; the first record of a schema does.
 *
 * <p>A deserializer throws an exception for which {@link RegistryErrors#isRetriable} is true where
 * the registry did not answer, and a {@code SerializationException} that says what is wrong where
 * the bytes will never be a record of its type.
 */
public final class EventSerdes {
  /**
   * A record waits for the registry in the thread that polls Kafka, and who gets a retriable error
   * tries again by himself: so short timeouts, and no retries inside the client.
   */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, 2_000,
          SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, 5_000,
          SchemaRegistryClientConfig.MAX_RETRIES_CONFIG, 0,
          // With it, a schema that was registered from its .avsc file is found again.
          KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);

  static {
    TrustedRecords.register();
    // Avro's fast reader boxes the floats of an array; the other keeps them in a float[].
    SpecificData.getForClass(ImageEmbedding.class).setFastReaderEnabled(false);
  }

  private EventSerdes() {}

  public static Serde<ImageEvent> imageEvent(Map<String, ?> registry) {
    return serde(ImageEvent.class, registry);
  }

  public static Serde<ImageClassification> imageClassification(Map<String, ?> registry) {
    return serde(ImageClassification.class, registry);
  }

  public static Serde<ImageEmbedding> imageEmbedding(Map<String, ?> registry) {
    return serde(ImageEmbedding.class, registry);
  }

  public static Serde<ImageFailure> imageFailure(Map<String, ?> registry) {
    return serde(ImageFailure.class, registry);
  }

  /** The deserializer alone, which can be told to know a topic's schemas beforehand. */
  public static RecordDeserializer<ImageEvent> imageEventDeserializer(Map<String, ?> registry) {
    return new RecordDeserializer<>(ImageEvent.class, complete(registry));
  }

  private static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Map<String, ?> registry) {
    Map<String, Object> properties = complete(registry);
    return Serdes.serdeFrom(
        new RecordSerializer<>(type, properties), new RecordDeserializer<>(type, properties));
  }

  private static Map<String, Object> complete(Map<String, ?> registry) {
    Map<String, Object> properties = new HashMap<>(DEFAULTS);
    properties.putAll(registry);
    properties.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    refuseOauth(properties);
    return properties;
  }

  private static void refuseOauth(Map<String, ?> properties) {
    String key = AbstractKafkaSchemaSerDeConfig.BEARER_AUTH_CREDENTIALS_SOURCE;
    Object source = properties.get(key);
    if ("OAUTHBEARER".equals(source) || "SASL_OAUTHBEARER_INHERIT".equals(source)) {
      throw new ConfigException(
          key,
          source,
          "The registry client fetches OAuth tokens by classes that Kafka 4 no longer has. Use"
              + " STATIC_TOKEN with bearer.auth.token, or basic.auth.credentials.source.");
    }
  }
}
