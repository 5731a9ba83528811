package io.patchstream.schemas.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSerdesTest {
  private static final String SCOPE = "event-serdes";
  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://" + SCOPE);

  @AfterEach
  void forgetSchemas() {
    MockSchemaRegistry.dropScope(SCOPE);
  }

  static Stream<Arguments> records() {
    return Stream.of(
        Arguments.of(EventSerdes.imageEvent(REGISTRY), Records.event()),
        Arguments.of(EventSerdes.imageClassification(REGISTRY), Records.classification()),
        Arguments.of(EventSerdes.imageEmbedding(REGISTRY), Records.embedding()),
        Arguments.of(EventSerdes.imageFailure(REGISTRY), Records.failure()));
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordIsReadAsWritten(Serde<Object> serde, Object record) {
    byte[] bytes = serde.serializer().serialize("topic", record);
    assertThat(bytes).startsWith(0);
    assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(record);
    assertThat(serde.serializer().serialize("topic", null)).isNull();
    assertThat(serde.deserializer().deserialize("topic", null)).isNull();
  }

  @Test
  void aVectorIsReadUnboxed() {
    Serde<ImageEmbedding> serde = EventSerdes.imageEmbedding(REGISTRY);
    ImageEmbedding read =
        serde
            .deserializer()
            .deserialize("topic", serde.serializer().serialize("topic", Records.embedding()));
    assertThat(read.getVector()).isInstanceOf(FloatArray.class);
    assertThat(((FloatArray) read.getVector()).getFloat(1)).isEqualTo(-2f);
  }

  @Test
  void theSubjectIsTheTopicsAndTheSchemaIsPlainAvro() throws Exception {
    EventSerdes.imageEvent(REGISTRY).serializer().serialize("images", Records.event());
    var client = MockSchemaRegistry.getClientForScope(SCOPE);
    assertThat(client.getAllSubjects()).containsExactly("images-value");
    assertThat(client.getLatestSchemaMetadata("images-value").getSchema())
        .contains("\"ImageEvent\"", "The encoded image file")
        .doesNotContain("avro.java.string");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6, 9})
  void bytesThatEndTooEarlyAreRefused(int length) {
    Serde<ImageEvent> serde = EventSerdes.imageEvent(REGISTRY);
    byte[] bytes = serde.serializer().serialize("images", Records.event());
    assertRefused(serde, Arrays.copyOf(bytes, length), "The value is not");
  }

  @Test
  void aBareImageIsRefused() {
    assertRefused(
        EventSerdes.imageEvent(REGISTRY),
        new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10},
        "not in the Confluent wire format");
  }

  @Test
  void aLengthBeyondTheRecordIsRefusedWithoutAllocatingIt() {
    Serde<ImageEvent> serde = EventSerdes.imageEvent(REGISTRY);
    byte[] bytes = serde.serializer().serialize("images", Records.event());
    // image_id: union branch 1, then the greatest length that an int holds, zigzag.
    byte[] claim = {2, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15};
    byte[] hostile = ByteBuffer.allocate(11).put(bytes, 0, 5).put(claim).array();
    assertRefused(serde, hostile, "The value is not an ImageEvent");
  }

  @Test
  void aSchemaIdThatNobodyRegisteredIsRefused() {
    assertRefused(
        EventSerdes.imageEvent(REGISTRY), new byte[] {0, 0, 0, 0, 99, 0}, "The value is not an");
  }

  /** A class of its own would be there to read it, and Avro itself would read its fields. */
  @Test
  void anotherRecordIsRefused() {
    byte[] failure =
        EventSerdes.imageFailure(REGISTRY).serializer().serialize("images", Records.failure());
    assertRefused(
        EventSerdes.imageEvent(REGISTRY),
        failure,
        "its schema is that of io.patchstream.schemas.ImageFailure, not of"
            + " io.patchstream.schemas.ImageEvent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"string\"",
        "\"bytes\"",
        "[\"null\", \"string\"]",
        "{\"type\": \"record\", \"name\": \"ImageEvent\", \"fields\": []}",
        "{\"type\": \"record\", \"name\": \"java.lang.ProcessBuilder\", \"fields\": []}"
      })
  void aValueOfAnotherSchemaIsRefused(String schema) throws Exception {
    try (HttpRegistry registry = new HttpRegistry()) {
      int id = registry.register(schema);
      assertRefused(
          EventSerdes.imageEvent(Map.of("schema.registry.url", registry.url())),
          new byte[] {0, 0, 0, 0, (byte) id, 0},
          "its schema is that of");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OAUTHBEARER", "SASL_OAUTHBEARER_INHERIT"})
  void oauthIsRefusedBeforeItFails(String source) {
    Map<String, String> registry =
        Map.of(
            "schema.registry.url", "http://127.0.0.1:1", "bearer.auth.credentials.source", source);
    assertThatThrownBy(() -> EventSerdes.imageEvent(registry))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(source, "STATIC_TOKEN", "basic.auth.credentials.source");
  }

  @Test
  void aMissingAddressIsRefused() {
    assertThatThrownBy(() -> EventSerdes.imageEvent(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  private static void assertRefused(Serde<ImageEvent> serde, byte[] bytes, String message) {
    assertThatThrownBy(() -> serde.deserializer().deserialize("images", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(RegistryErrors.isRetriable(e)).isFalse());
  }
}
