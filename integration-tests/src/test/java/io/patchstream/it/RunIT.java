package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.config.InputFormat;
import io.patchstream.image.RequestedSize;
import io.patchstream.image.Resolution;
import io.patchstream.inference.Inference;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code run} makes of pictures is what {@code verify} compares with reference code. */
@ExtendWith(Services.class)
class RunIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PARTITIONS = 4;
  private static final int NARROW = 3;
  private static final int MAX_TOKENS = 150;

  private static final List<String> GOLDEN =
      List.of(
          "q90_420.jpg",
          "rgb_200x150.png",
          "progressive.jpg",
          "wide_640x90.png",
          "exif_rotate90.jpg",
          "tiny_9x7.png",
          "cmyk.jpg",
          "rgb_97x211.png",
          "q90_444.jpg",
          "palette.png",
          "gray.jpg",
          "alpha.png",
          "gray.png");

  /** Width and height of the pictures that are drawn here. */
  private static final int[][] SIZES = {{48, 48}, {224, 224}, {320, 240}, {90, 300}, {500, 61}};

  private final Instant noon = Instant.now().truncatedTo(ChronoUnit.HOURS).minusSeconds(3600);

  @TempDir Path model;

  @BeforeEach
  void writeModel() throws IOException {
    GoldenFiles.writeVit(model);
  }

  @ParameterizedTest
  @EnumSource
  void twoHundredPicturesAtTheModelsOwnSize(
      InputFormat format, KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    classify(200, format, Resolution.Mode.FIXED, kafka, registry);
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "EVENT"})
  void picturesAtSizesOfTheirOwn(Resolution.Mode mode, KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    List<SentImage> sent = classify(30, InputFormat.AVRO, mode, kafka, registry);
    assertThat(sent.stream().map(image -> image.expected().grid()).distinct())
        .hasSizeGreaterThan(5);
  }

  /** Sends pictures, reads what comes of them and compares. */
  private List<SentImage> classify(
      int count,
      InputFormat format,
      Resolution.Mode mode,
      KafkaCluster kafka,
      SchemaRegistry registry)
      throws Exception {
    String name = "classify-" + lower(format) + "-" + lower(mode);
    String vectors = name + "-vectors";
    kafka.topics().create(vectors, NARROW);
    try (Pipeline pipeline = new Pipeline(kafka, registry, name, PARTITIONS, model);
        CommittedReader results = kafka.reader(pipeline.labels(), vectors, pipeline.failures());
        ReferenceEngine reference = new ReferenceEngine(model, mode, MAX_TOKENS)) {
      ProcessorProcess processor =
          pipeline
              .with("patchstream.embeddings.topic", vectors)
              .with("patchstream.input.format", lower(format))
              .with("patchstream.resolution", lower(mode))
              .with("patchstream.image.max.tokens", Integer.toString(MAX_TOKENS))
              .processor()
              .start();
      List<SentImage> sent = new ArrayList<>();
      for (int number = 0; number < count; number++) {
        sent.add(send(number, format, pipeline, reference));
      }
      assertAllUnlike(sent);
      results.awaitRecords(2 * count, SOON);
      assertThat(processor.terminate(SOON)).isZero();
      results.readToEnd(SOON);

      assertThat(results.records(pipeline.failures())).isEmpty();
      assertLabelled(sent, results.records(pipeline.labels()), pipeline);
      assertEmbedded(sent, results.records(vectors), pipeline);
      return sent;
    }
  }

  private SentImage send(
      int number, InputFormat format, Pipeline pipeline, ReferenceEngine reference)
      throws Exception {
    byte[] picture =
        number < GOLDEN.size() ? GoldenFiles.picture(GOLDEN.get(number)) : draw(number);
    ImageEvent event = event(number, picture);
    boolean raw = format == InputFormat.RAW;
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            pipeline.images(),
            number % PARTITIONS,
            noon.plusSeconds(number).toEpochMilli(),
            number % 3 == 0 ? null : ("key-" + number % 50).getBytes(UTF_8),
            raw ? picture : pipeline.bytes(event));
    record.headers().add(SentImage.NUMBER, Integer.toString(number).getBytes(UTF_8));
    record.headers().add("twice", new byte[] {1}).add("twice", new byte[0]).add("null", null);
    RequestedSize requested =
        event.getRequestedWidth() == null
            ? null
            : new RequestedSize(event.getRequestedWidth(), event.getRequestedHeight());
    Inference expected = reference.classify(picture, requested);
    return new SentImage(
        record,
        pipeline.send(record).get(30, TimeUnit.SECONDS),
        raw ? ImageEvent.newBuilder().build() : event,
        reference.identity(),
        expected);
  }

  /** With and without each of the things that may be left out. */
  private ImageEvent event(int number, byte[] picture) {
    boolean sized = number % 5 != 0;
    return ImageEvent.newBuilder()
        .setImageId(number % 4 == 0 ? null : "image " + number)
        .setContent(ByteBuffer.wrap(picture))
        .setContentType(number % 2 == 0 ? null : "image/*")
        .setCapturedAt(number % 7 == 0 ? null : noon.minusMillis(number))
        .setRequestedWidth(sized ? 8 + 13 * (number % 6) : null)
        .setRequestedHeight(sized ? 101 - 7 * (number % 11) : null)
        .setAttributes(number % 3 == 0 ? Map.of() : Map.of("number", "n" + number, "π", ""))
        .build();
  }

  private static void assertAllUnlike(List<SentImage> sent) {
    for (int i = 0; i < sent.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(sent.get(i).isUnlike(sent.get(j))).as("%d and %d differ", i, j).isTrue();
      }
    }
  }

  private static void assertLabelled(
      List<SentImage> sent, List<ConsumerRecord<byte[], byte[]>> labels, Pipeline pipeline) {
    assertEachOnceInOrder(sent, labels, PARTITIONS);
    for (ConsumerRecord<byte[], byte[]> record : labels) {
      sent.get(SentImage.number(record)).assertLabelled(pipeline.label(record));
    }
  }

  private static void assertEmbedded(
      List<SentImage> sent, List<ConsumerRecord<byte[], byte[]>> vectors, Pipeline pipeline) {
    assertEachOnceInOrder(sent, vectors, NARROW);
    Set<String> ids = new HashSet<>();
    Set<String> preprocessings = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : vectors) {
      ImageEmbedding embedding = pipeline.embedding(record);
      sent.get(SentImage.number(record)).assertEmbedded(embedding);
      ids.add(embedding.getEmbeddingId());
      preprocessings.add(embedding.getPreprocessingId());
    }
    assertThat(ids).hasSameSizeAs(sent);
    assertThat(preprocessings).hasSize(1);
  }

  private static void assertEachOnceInOrder(
      List<SentImage> sent, List<ConsumerRecord<byte[], byte[]>> results, int partitions) {
    assertThat(results).hasSameSizeAs(sent);
    assertThat(results).extracting(SentImage::number).doesNotHaveDuplicates();
    Map<List<Integer>, Long> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> result : results) {
      SentImage image = sent.get(SentImage.number(result));
      image.assertCarriedBy(result, partitions);
      Long before =
          last.put(List.of(result.partition(), image.at().partition()), image.at().offset());
      assertThat(before == null || before < image.at().offset()).as("in order").isTrue();
    }
  }

  /** Coloured rectangles, unlike those of any other number; every size as PNG and as JPEG. */
  private static byte[] draw(int number) throws IOException {
    int width = SIZES[number % SIZES.length][0];
    int height = SIZES[number % SIZES.length][1];
    SplittableRandom random = new SplittableRandom(number);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 20; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillRect(
          random.nextInt(width), random.nextInt(height), 1 + width / 2, 1 + height / 2);
    }
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      assertThat(ImageIO.write(image, number % 2 == 0 ? "png" : "jpeg", out)).isTrue();
    }
    return bytes.toByteArray();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
