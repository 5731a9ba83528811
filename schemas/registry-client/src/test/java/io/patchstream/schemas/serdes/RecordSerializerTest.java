package io.patchstream.schemas.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.patchstream.schemas.FloatVector;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ModelInfo;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSerializerTest {
  private static final String SCOPE = "record-serializer";
  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://" + SCOPE);

  @AfterEach
  void forgetSchemas() {
    MockSchemaRegistry.dropScope(SCOPE);
  }

  static Stream<Arguments> records() {
    return Stream.of(
        written(EventSerdes::imageEvent, Records.event()),
        written(EventSerdes::imageClassification, Records.classification()),
        written(EventSerdes::imageEmbedding, Records.embedding()),
        written(EventSerdes::imageFailure, Records.failure()));
  }

  private static <T> Arguments written(Function<Map<String, ?>, Serde<T>> serde, T record) {
    return Arguments.of(serde, record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void allRecordsOfATopicAreWrittenAsTheConfluentSerializerDoes(
      Function<Map<String, ?>, Serde<SpecificRecord>> serde, SpecificRecord record) {
    Serializer<SpecificRecord> serializer = serde.apply(REGISTRY).serializer();
    KafkaAvroSerializer confluent = new KafkaAvroSerializer();
    Map<String, Object> properties = new HashMap<>(REGISTRY);
    properties.put("avro.remove.java.properties", true);
    confluent.configure(properties, false);
    for (int i = 0; i < 3; i++) {
      assertThat(serializer.serialize("topic", record))
          .isEqualTo(confluent.serialize("topic", record));
    }
  }

  @Test
  void aTopicHasItsOwnSchemaId() throws Exception {
    Serializer<ImageEmbedding> serializer = EventSerdes.imageEmbedding(REGISTRY).serializer();
    byte[] first = serializer.serialize("first", Records.embedding());
    var client = MockSchemaRegistry.getClientForScope(SCOPE);
    assertThat(client.getAllSubjects()).containsExactly("first-value");
    assertThat(serializer.serialize("second", Records.embedding())).hasSameSizeAs(first);
    assertThat(client.getAllSubjects()).containsExactly("first-value", "second-value");
  }

  /** The registry may have a newer version at any time, and says so when the client asks again. */
  @Test
  void theLatestVersionIsAskedForAgain() throws Exception {
    var client = MockSchemaRegistry.getClientForScope(SCOPE);
    String schema = ImageEmbedding.getClassSchema().toString();
    int first = client.register("topic-value", new AvroSchema(schema));
    Map<String, Object> properties = new HashMap<>(REGISTRY);
    properties.put("auto.register.schemas", false);
    properties.put("use.latest.version", true);
    properties.put("latest.cache.ttl.sec", 1);
    Serializer<ImageEmbedding> serializer = EventSerdes.imageEmbedding(properties).serializer();
    assertThat(serializer.serialize("topic", Records.embedding())[4]).isEqualTo((byte) first);

    String other = schema.replace("The embedding of one image.", "An embedding.");
    int second = client.register("topic-value", new AvroSchema(other));
    assertThat(second).isNotEqualTo(first);
    Thread.sleep(1_100);
    assertThat(serializer.serialize("topic", Records.embedding())[4]).isEqualTo((byte) second);
  }

  @Test
  void aRecordThatCannotBeWrittenLeavesNothingBehind() {
    Serializer<ImageEmbedding> serializer = EventSerdes.imageEmbedding(REGISTRY).serializer();
    byte[] before = serializer.serialize("topic", Records.embedding());
    ImageEmbedding incomplete = new ImageEmbedding();
    incomplete.put("embedding_id", "only the first field");
    assertThatThrownBy(() -> serializer.serialize("topic", incomplete))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("image_id");
    assertThat(serializer.serialize("topic", Records.embedding())).isEqualTo(before);
  }

  /** Its bytes are 3.1 kB; the Confluent serializer makes 26 kB of garbage. */
  @Test
  void anEmbeddingIsLittleMoreGarbageThanItsBytes() {
    Serializer<ImageEmbedding> serializer = EventSerdes.imageEmbedding(REGISTRY).serializer();
    ImageEmbedding embedding =
        ImageEmbedding.newBuilder(Records.embedding())
            .setModel(new ModelInfo("vit-base-patch16-224", "0123456789abcdef", "fp32"))
            .setVector(new FloatVector(new float[768]))
            .setDimension(768)
            .build();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 1_000;
    long before = 0;
    int bytes = 0;
    for (int i = 0; i < 2 * rounds; i++) {
      if (i == rounds) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      bytes = serializer.serialize("topic", embedding).length;
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
    assertThat(each).isLessThan(bytes + bytes / 4);
  }
}
