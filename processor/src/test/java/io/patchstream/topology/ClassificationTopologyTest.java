package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wired nodes: sources, processor, store and the three sinks. */
class ClassificationTopologyTest {

  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://topology");
  private static final ModelInfo MODEL = new ModelInfo("numbered", "0", "fp32");
  private static final Instant START = Instant.ofEpochMilli(5_000);

  @TempDir Path folder;
  private NumberedEngine engine;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> images;
  private TestOutputTopic<byte[], byte[]> labels;
  private TestOutputTopic<byte[], byte[]> embeddings;
  private TestOutputTopic<byte[], byte[]> failures;

  @BeforeEach
  void start() throws Exception {
    engine = NumberedEngine.open(folder.resolve("model"), 100);
    List<SinkTopic> sinks =
        List.of(
            new SinkTopic("labels", "l", 1 << 20),
            new SinkTopic("embeddings", "e", 1 << 20),
            new SinkTopic("failures", "f", 1 << 20));
    Duration long_ = Duration.ofMinutes(1);
    Timeouts timeouts = new Timeouts(long_, long_, long_, Duration.ofMillis(50), long_, List.of());
    var topology =
        ClassificationTopology.build(
            List.of("a", "b"),
            "fence",
            sinks,
            () ->
                new MicroBatchProcessor(
                    engine.engine(),
                    new RawImageReader(),
                    results(sinks),
                    new StreamCounters(),
                    ResultTap.NONE,
                    new ResidentBytes(1 << 20),
                    () -> {
                      throw new AssertionError("nothing is to be fetched again");
                    },
                    "fence",
                    partition -> {},
                    timeouts));
    Properties config = new Properties();
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver = new TopologyTestDriver(topology, config, START);
    images = driver.createInputTopic("a", new ByteArraySerializer(), new ByteArraySerializer());
    labels = output("l");
    embeddings = output("e");
    failures = output("f");
  }

  @AfterEach
  void stop() {
    driver.close();
    engine.close();
  }

  @Test
  void everyImageLeavesLabelsAndAnEmbedding() throws Exception {
    for (int number = 0; number < 40; number++) {
      TestRecord<byte[], byte[]> record =
          new TestRecord<>(
              ("key-" + number).getBytes(),
              NumberedPicture.of(number).png(),
              START.plusMillis(number));
      record.headers().add("trace", Integer.toString(number).getBytes());
      images.pipeInput(record);
    }
    List<TestRecord<byte[], byte[]>> labelled = read(labels, 40);

    assertThat(labelled.stream().map(r -> text(r.key())))
        .containsExactlyElementsOf(IntStream.range(0, 40).mapToObj(i -> "key-" + i).toList());
    for (int number = 0; number < 40; number++) {
      TestRecord<byte[], byte[]> record = labelled.get(number);
      ImageClassification classification =
          EventSerdes.imageClassification(REGISTRY).deserializer().deserialize("l", record.value());
      assertThat(classification.getPredictions().get(0).getLabel())
          .isEqualTo(Integer.toString(number));
      assertThat(record.timestamp()).isEqualTo(START.plusMillis(number).toEpochMilli());
      assertThat(text(record.headers().lastHeader("trace").value()))
          .isEqualTo(Integer.toString(number));
    }
    List<TestRecord<byte[], byte[]>> embedded = read(embeddings, 40);
    ImageEmbedding first =
        EventSerdes.imageEmbedding(REGISTRY)
            .deserializer()
            .deserialize("e", embedded.get(0).value());
    assertThat(first.getKind()).isEqualTo(EmbeddingKind.MEAN);
    assertThat(first.getVector()).hasSize(first.getDimension()).isNotEmpty();
    assertThat(failures.isEmpty()).isTrue();
  }

  @Test
  void topicsShareATaskAndKeepTheirOwnOffsets() throws Exception {
    TestInputTopic<byte[], byte[]> other =
        driver.createInputTopic("b", new ByteArraySerializer(), new ByteArraySerializer());
    images.pipeInput(NumberedPicture.of(1).png());
    other.pipeInput("no image".getBytes());
    images.pipeInput(NumberedPicture.of(2).png());
    other.pipeInput("nor this".getBytes());

    assertThat(read(labels, 2)).hasSize(2);
    assertThat(
            read(failures, 2).stream()
                .map(
                    r ->
                        EventSerdes.imageFailure(REGISTRY)
                            .deserializer()
                            .deserialize("f", r.value()))
                .map((ImageFailure f) -> f.getTopic() + "@" + f.getOffset()))
        .containsExactly("b@0", "b@1");
  }

  /**
   * Advances the clock, by which results leave, until the topic has that many, for 30 s at most.
   */
  private List<TestRecord<byte[], byte[]>> read(TestOutputTopic<byte[], byte[]> topic, int records)
      throws Exception {
    List<TestRecord<byte[], byte[]>> read = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (read.size() < records && System.nanoTime() < deadline) {
      driver.advanceWallClockTime(Duration.ofMillis(5));
      read.addAll(topic.readRecordsToList());
      Thread.sleep(2);
    }
    assertThat(read).hasSize(records);
    return read;
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Results results(List<SinkTopic> sinks) {
    LabelWriter labels =
        new LabelWriter(
            "l", MODEL, Activation.SOFTMAX, EventSerdes.imageClassification(REGISTRY).serializer());
    EmbeddingWriter embeddings =
        new EmbeddingWriter(
            "e", MODEL, EmbeddingKind.MEAN, "x", EventSerdes.imageEmbedding(REGISTRY).serializer());
    return new Results(
        List.of(
            new Results.Output(sinks.get(0), labels::write),
            new Results.Output(sinks.get(1), embeddings::write)),
        new FailureWriter("f", 1 << 16, EventSerdes.imageFailure(REGISTRY).serializer()),
        sinks.get(2),
        new StreamCounters(),
        new RareWarnings(),
        ResultTap.NONE);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
