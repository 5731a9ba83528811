package io.patchstream.schemas.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.serializers.subject.RecordNameStrategy;
import io.patchstream.schemas.ImageEvent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client as it is unpacked, over real HTTP. */
class RegistryOverHttpTest {
  private HttpRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new HttpRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aSchemaIsRegisteredOnceAndFetchedOnce() {
    Serde<ImageEvent> writer = serde(Map.of());
    Serde<ImageEvent> reader = serde(Map.of());
    for (int i = 0; i < 3; i++) {
      byte[] bytes = writer.serializer().serialize("images", Records.event());
      assertThat(reader.deserializer().deserialize("images", bytes)).isEqualTo(Records.event());
    }
    assertThat(registry.requests())
        .containsExactly("POST /subjects/images-value/versions", "GET /schemas/ids/1");
  }

  @Test
  void withoutAutoRegistrationTheOperatorsSchemaIsFound() {
    Serde<ImageEvent> serde = serde(Map.of("auto.register.schemas", "false"));
    assertThatThrownBy(() -> serde.serializer().serialize("images", Records.event()))
        .satisfies(e -> assertThat(RegistryErrors.isRetriable(e)).isFalse());

    registry.register(asInItsFile(ImageEvent.getClassSchema()));
    byte[] bytes = serde.serializer().serialize("images", Records.event());
    assertThat(serde.deserializer().deserialize("images", bytes)).isEqualTo(Records.event());
    assertThat(registry.requests()).doesNotContain("POST /subjects/images-value/versions");
  }

  @Test
  void aRecordOfANewerSchemaIsRead() {
    byte[] bytes = eventOf(registry.register(newer()));
    assertThat(serde(Map.of()).deserializer().deserialize("images", bytes))
        .isEqualTo(ImageEvent.newBuilder().build());
  }

  /** What one thread has been told is not asked for again by another. */
  @Test
  void threadsShareWhatTheRegistryHasTold() throws Exception {
    byte[] bytes = serde(Map.of()).serializer().serialize("images", Records.event());
    Deserializer<ImageEvent> reader = serde(Map.of()).deserializer();
    reader.deserialize("images", bytes);
    registry.answer(503, "");
    assertThat(inAnotherThread(() -> reader.deserialize("images", bytes)))
        .isEqualTo(Records.event());
  }

  @Test
  void schemasThatWereFetchedAreReadWhileTheRegistryIsAway() throws Exception {
    byte[] bytes = serde(Map.of()).serializer().serialize("images", Records.event());
    registry.register(newer());
    byte[] newer = eventOf(2);
    RecordDeserializer<ImageEvent> reader = reader();
    reader.fetchSchemas("images");
    registry.answer(503, "");

    assertThat(inAnotherThread(() -> reader.deserialize("images", bytes)))
        .isEqualTo(Records.event());
    assertThat(reader.deserialize("images", newer)).isEqualTo(ImageEvent.newBuilder().build());
  }

  @Test
  void schemasUnderTheRecordsOwnNameAreFetchedAsWell() {
    registry.register(newer());
    Map<String, String> strategy =
        Map.of(
            "schema.registry.url",
            registry.url(),
            "value.subject.name.strategy",
            RecordNameStrategy.class.getName());
    RecordDeserializer<ImageEvent> reader = EventSerdes.imageEventDeserializer(strategy);
    reader.fetchSchemas("images");
    registry.answer(503, "");

    assertThat(reader.deserialize("images", eventOf(1))).isEqualTo(ImageEvent.newBuilder().build());
  }

  @Test
  void aVersionThatIsNoAvroSchemaKeepsTheOthersFromNothing() {
    registry.register("syntax = \"proto3\";");
    byte[] newer = eventOf(registry.register(newer()));
    RecordDeserializer<ImageEvent> reader = reader();
    reader.fetchSchemas("images");
    registry.answer(503, "");

    assertThat(reader.deserialize("images", newer)).isEqualTo(ImageEvent.newBuilder().build());
  }

  @Test
  void aRegistryThatHasNoSchemasOrShowsNoneLeavesThemToTheRecords() {
    reader().fetchSchemas("images");
    registry.answer(403, "{\"error_code\": 40301, \"message\": \"no\"}");
    reader().fetchSchemas("images");
    registry.answer(503, "");
    assertThatThrownBy(() -> reader().fetchSchemas("images"))
        .isInstanceOf(KafkaException.class)
        .satisfies(e -> assertThat(RegistryErrors.isRetriable(e)).isTrue());
  }

  @Test
  void credentialsAreSent() {
    serde(
            Map.of(
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "user:secret"))
        .serializer()
        .serialize("images", Records.event());
    serde(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "token"))
        .serializer()
        .serialize("images", Records.event());
    assertThat(registry.authorizations()).containsExactly("Basic dXNlcjpzZWNyZXQ=", "Bearer token");
  }

  private Serde<ImageEvent> serde(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("schema.registry.url", registry.url());
    return EventSerdes.imageEvent(all);
  }

  private RecordDeserializer<ImageEvent> reader() {
    return EventSerdes.imageEventDeserializer(Map.of("schema.registry.url", registry.url()));
  }

  /** A schema with one more field. */
  private static String newer() {
    return asInItsFile(ImageEvent.getClassSchema())
        .replace(
            "\"fields\":[",
            "\"fields\":[{\"name\":\"exposure\",\"type\":\"float\",\"default\":0},");
  }

  /** An event of the {@link #newer} schema in which no field is set. */
  private static byte[] eventOf(int id) {
    byte[] bytes = new byte[5 + 4 + 8];
    bytes[4] = (byte) id;
    return bytes;
  }

  private static <T> T inAnotherThread(Supplier<T> work) throws Exception {
    return CompletableFuture.supplyAsync(work, task -> new Thread(task).start())
        .get(10, TimeUnit.SECONDS);
  }

  /** A schema without what the generator of the Java classes adds to it. */
  private static String asInItsFile(Schema schema) {
    return schema
        .toString()
        .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"")
        .replace(",\"avro.java.string\":\"String\"", "");
  }
}
