package io.patchstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fetch.ContentFetcher;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.fixtures.FaultyVit;
import io.patchstream.fixtures.HangingBmp;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.BatchOptions;
import io.patchstream.inference.ComputeOptions;
import io.patchstream.inference.DecodingOptions;
import io.patchstream.inference.Devices;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.RequestedPrecision;
import io.patchstream.model.Model;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reason that there is has an input that provokes it, on the road that images take. */
class FailureReasonsTest {

  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://failure-reasons");

  private static final int MAX_IMAGE_BYTES = 50_000;
  private static final int MAX_PIXELS = 100 * 100;
  private static final int MAX_PATCHES = 49;

  /** What no reader is prepared for. */
  private static final byte[] UNFORESEEN = "a fault in the code".getBytes(UTF_8);

  @TempDir Path folder;

  /** What is sent for each reason; {@link FailureReason#SOURCE_EXPIRED} is of the one before. */
  private Map<FailureReason, byte[]> inputs() {
    Map<FailureReason, byte[]> inputs = new EnumMap<>(FailureReason.class);
    String file = folder.resolve("pictures").toUri().toString();
    inputs.put(FailureReason.NO_VALUE, null);
    inputs.put(FailureReason.OTHER, UNFORESEEN);
    inputs.put(FailureReason.UNREADABLE_EVENT, new byte[] {1, 2, 3});
    inputs.put(FailureReason.CONTENT_MISSING, value(event()));
    inputs.put(FailureReason.URI_REFUSED, value(event().setContentUri("file:///etc/hostname")));
    inputs.put(FailureReason.FETCH_FAILED, value(event().setContentUri(file + "/missing.png")));
    inputs.put(FailureReason.TOO_MANY_BYTES, content(new byte[MAX_IMAGE_BYTES + 1]));
    inputs.put(FailureReason.TOO_MANY_PIXELS, content(png(120, 100)));
    inputs.put(
        FailureReason.TOO_MANY_PATCHES,
        value(sized(png(48, 48)).setRequestedWidth(80).setRequestedHeight(80)));
    inputs.put(FailureReason.UNSUPPORTED_FORMAT, content("<html>".getBytes(UTF_8)));
    inputs.put(FailureReason.CORRUPT_IMAGE, content(Arrays.copyOf(png(48, 48), 60)));
    inputs.put(FailureReason.INFERENCE_FAILED, content(FaultyVit.png(FaultyVit.FAILS)));
    inputs.put(FailureReason.NOT_FINITE, content(FaultyVit.png(FaultyVit.NOT_FINITE)));
    inputs.put(
        FailureReason.RESULT_TOO_LARGE,
        value(sized(png(48, 48)).setAttributes(Map.of("large", "x".repeat(1 << 20)))));
    inputs.put(FailureReason.TOO_SLOW, content(HangingBmp.of(picture(48, 48))));
    return inputs;
  }

  @Test
  void eachIsProvokedNamedAndCanBeSentAgain() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Map<FailureReason, byte[]> inputs = inputs();
    try (HangingBmp hanging = new HangingBmp();
        ContentFetcher fetcher = fetcher(pictures);
        Engine engine = engine(FaultyVit.writeTo(Files.createDirectory(folder.resolve("model"))))) {
      TaskUnderTest task =
          new TaskUnderTest(engine, reader(fetcher), folder, 8 << 20, TaskUnderTest.LONG);
      task.expireBelow(1);
      task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(0, 1)));
      List<FailureReason> expected = new ArrayList<>(List.of(FailureReason.SOURCE_EXPIRED));
      List<byte[]> sent = new ArrayList<>();
      sent.add(null);
      for (Map.Entry<FailureReason, byte[]> input : inputs.entrySet()) {
        task.consume(sent.size(), input.getValue());
        expected.add(input.getKey());
        sent.add(input.getValue());
      }
      task.consume(sent.size(), content(png(48, 48)));
      task.runUntil(task::isResting);

      assertThat(task.labels()).as("the good one after all of them").hasSize(1);
      assertThat(expected).as("reasons that are provoked").contains(FailureReason.values());
      List<ImageFailure> failures = task.failures();
      assertThat(failures).extracting(ImageFailure::getReason).isEqualTo(expected);
      assertThat(task.context.forwarded("failures"))
          .extracting(failure -> reason(failure.record()))
          .isEqualTo(expected.stream().map(FailureReason::name).toList());
      for (int offset = 0; offset < failures.size(); offset++) {
        assertThat(failures.get(offset).getOffset()).isEqualTo(offset);
        assertThat(failures.get(offset).getMessage()).isNotBlank();
        assertCanBeSentAgain(deadLetter(task, offset), sent.get(offset));
      }
      hanging.letGo();
      task.processor.close();
    }
  }

  /** From its own bytes, or by the coordinates of its source. */
  private static void assertCanBeSentAgain(DeadLetter deadLetter, byte[] sent) {
    if (deadLetter.reason() == FailureReason.NO_VALUE
        || deadLetter.reason() == FailureReason.SOURCE_EXPIRED
        || deadLetter.reason() == FailureReason.RESULT_TOO_LARGE) {
      assertThat(deadLetter.hasOriginal()).isFalse();
      assertThat(deadLetter.source().topic()).isEqualTo(TaskUnderTest.TOPIC);
      assertThat(deadLetter.source().partition()).isEqualTo(TaskUnderTest.PARTITION);
      return;
    }
    ProducerRecord<byte[], byte[]> original = deadLetter.original();
    assertThat(original.value()).as(deadLetter.reason().name()).isEqualTo(sent);
    assertThat(original.topic()).isEqualTo(TaskUnderTest.TOPIC);
    assertThat(original.partition()).isEqualTo(TaskUnderTest.PARTITION);
    assertThat(original.headers().toArray())
        .extracting(Header::key)
        .containsExactly("__patchstream.replay.of", "__patchstream.replay.timestamp");
  }

  private static DeadLetter deadLetter(TaskUnderTest task, int index) {
    var record = task.context.forwarded("failures").get(index).record();
    return new DeadLetter(
        new ConsumerRecord<>(
            "failures",
            0,
            index,
            record.timestamp(),
            TimestampType.CREATE_TIME,
            -1,
            -1,
            record.key(),
            record.value().value(),
            record.headers(),
            Optional.empty()),
        task.failures().get(index));
  }

  private static EventReader reader(ContentFetcher fetcher) {
    EventReader reader =
        new AvroEventReader(
            EventSerdes.imageEventDeserializer(REGISTRY),
            fetcher,
            new RegistryWaits(new RareWarnings()));
    return record -> {
      if (Arrays.equals(record.value(), UNFORESEEN)) {
        throw new IllegalStateException("a fault that nobody foresaw");
      }
      return reader.read(record);
    };
  }

  private static ContentFetcher fetcher(Path pictures) {
    return new ContentFetcher(
        new FetchOptions(
            List.of(pictures.toUri().toString()),
            List.of(),
            MAX_IMAGE_BYTES,
            Duration.ofSeconds(10),
            1,
            S3Options.DEFAULT));
  }

  /** Of three decoding threads the slow image takes one. */
  private static Engine engine(Path folder) throws Exception {
    try (Model model = Model.open(folder)) {
      ImageOptions images =
          new ImageOptions(
              Preprocessing.read(folder),
              8,
              new Resolution(Resolution.Mode.EVENT, MAX_PATCHES),
              new ImageLimits(MAX_IMAGE_BYTES, MAX_PIXELS),
              true);
      return Engine.open(
          model,
          images,
          new EngineOptions(
              new BatchOptions(4, 4096, Duration.ofMillis(5), false),
              new DecodingOptions(3, 0, Duration.ofMillis(500)),
              new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, 1, 0, 1 << 20),
              1,
              64));
    }
  }

  private static String reason(Record<? extends byte[], ? extends Outgoing> deadLetter) {
    return new String(
        deadLetter.headers().lastHeader("__patchstream.errors.reason").value(), UTF_8);
  }

  private static ImageEvent.Builder event() {
    return ImageEvent.newBuilder();
  }

  private static ImageEvent.Builder sized(byte[] picture) {
    return event().setContent(ByteBuffer.wrap(picture));
  }

  private static byte[] content(byte[] content) {
    return value(sized(content));
  }

  private static byte[] value(ImageEvent.Builder event) {
    try (Serializer<ImageEvent> serializer = EventSerdes.imageEvent(REGISTRY).serializer()) {
      return serializer.serialize(TaskUnderTest.TOPIC, event.build());
    }
  }

  private static byte[] png(int width, int height) {
    return FaultyVit.png(picture(width, height));
  }

  /** Neither white nor black. */
  private static BufferedImage picture(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        picture.setRGB(x, y, new Color(100, (3 * x) % 200, (5 * y) % 200).getRGB());
      }
    }
    return picture;
  }
}
