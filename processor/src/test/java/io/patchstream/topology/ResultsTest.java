package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.inference.Inference;
import io.patchstream.inference.InferenceException;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResultsTest {

  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://results");
  private static final ModelInfo MODEL = new ModelInfo("vit", "abc123", "fp32");
  private static final Instant CAPTURED = Instant.parse("2026-01-02T03:04:05.678Z");

  private static final Inference INFERENCE =
      new Inference(
          List.of(
              new Inference.Prediction(3, "cat", 0.75f), new Inference.Prediction(1, "dog", 0.2f)),
          new float[] {0, 1, 0, 2},
          new float[] {1.5f, -2.5f},
          640,
          480,
          new Grid(3, 4));

  private final List<String> warnings = new ArrayList<>();

  @Test
  void manyFailuresAreOneWarningOfEachReason() {
    Results results = results(1 << 20, 1 << 20);
    Outcome done = done(record(new byte[1]));
    results.of(done);
    assertThat(warnings).isEmpty();
    for (int i = 0; i < 100; i++) {
      results.of(done.failed(new ImageException(ImageException.Reason.CORRUPT, "cut off")));
      results.of(done.failed(new IllegalStateException()));
    }
    assertThat(warnings)
        .containsExactly(
            "images-5-42 failed (CORRUPT_IMAGE): cut off",
            "images-5-42 failed (OTHER): java.lang.IllegalStateException");
  }

  @Test
  void anInferenceBecomesLabelsAndAnEmbedding() {
    List<Results.Result> results = results(1 << 20, 1 << 20).of(done(record(new byte[10])));

    assertThat(results).extracting(Results.Result::node).containsExactly("labels", "embeddings");
    ImageClassification labels =
        EventSerdes.imageClassification(REGISTRY)
            .deserializer()
            .deserialize("l", value(results.get(0)));
    assertThat(labels.getImageId()).isEqualTo("photo-7");
    assertThat(labels.getModel()).isEqualTo(MODEL);
    assertThat(labels.getActivation()).isEqualTo(Activation.SIGMOID);
    assertThat(labels.getPredictions())
        .extracting(p -> p.getClassIndex() + " " + p.getLabel() + " " + p.getScore())
        .containsExactly("3 cat 0.75", "1 dog 0.2");
    assertThat(List.of(labels.getImageWidth(), labels.getImageHeight())).containsExactly(640, 480);
    assertThat(List.of(labels.getGridHeight(), labels.getGridWidth())).containsExactly(3, 4);
    assertThat(labels.getCapturedAt()).isEqualTo(CAPTURED);
    assertThat(labels.getAttributes()).isEqualTo(Map.of("camera", "7"));
    ImageEmbedding embedding =
        EventSerdes.imageEmbedding(REGISTRY).deserializer().deserialize("e", value(results.get(1)));
    assertThat(embedding.getVector()).containsExactly(1.5f, -2.5f);
    assertThat(embedding.getDimension()).isEqualTo(2);
    assertThat(embedding.getPreprocessingId()).isEqualTo("resize-224");
  }

  @Test
  void keyTimestampAndHeadersAreThoseOfTheInput() {
    for (Results.Result result : results(1 << 20, 1 << 20).of(done(record(new byte[10])))) {
      assertThat(result.record().key()).containsExactly(1, 2);
      assertThat(result.record().timestamp()).isEqualTo(99);
      assertThat(text(result.record().headers(), "trace")).isEqualTo("t-1");
      assertThat(result.record().value().inputPartition()).isEqualTo(5);
    }
  }

  @Test
  void theEmbeddingIdNamesSourceAndModelAndNothingElse() {
    Results results = results(1 << 20, 1 << 20);
    String once = embeddingId(results, record(new byte[10]));

    assertThat(embeddingId(results, record(new byte[20]))).isEqualTo(once);
    InputRecord other =
        new InputRecord("images", 5, 43, 99, null, new byte[10], new RecordHeaders());
    assertThat(embeddingId(results, other)).isNotEqualTo(once);
  }

  @Test
  void aFailureIsADeadLetterWithTheCoordinatesOfItsSource() {
    byte[] original = {9, 8, 7};
    Outcome outcome =
        done(record(original)).failed(new ImageException(ImageException.Reason.CORRUPT, "cut off"));
    Results.Result result = results(1 << 20, 1 << 20).of(outcome).get(0);

    ImageFailure failure = failure(result);
    assertThat(result.node()).isEqualTo("failures");
    assertThat(failure.getReason()).isEqualTo(FailureReason.CORRUPT_IMAGE);
    assertThat(failure.getMessage()).isEqualTo("cut off");
    assertThat(failure.getImageId()).isEqualTo("photo-7");
    assertThat(failure.getTopic() + failure.getPartition() + "@" + failure.getOffset())
        .isEqualTo("images5@42");
    assertThat(failure.getOriginal().array()).isEqualTo(original);
    Headers headers = result.record().headers();
    assertThat(headers.iterator().next().key()).as("original headers first").isEqualTo("trace");
    assertThat(text(headers, "__streams.errors.topic")).isEqualTo("images");
    assertThat(text(headers, "__streams.errors.partition")).isEqualTo("5");
    assertThat(text(headers, "__streams.errors.offset")).isEqualTo("42");
    assertThat(text(headers, "__streams.errors.message")).isEqualTo("cut off");
    assertThat(text(headers, "__streams.errors.exception"))
        .isEqualTo(ImageException.class.getName());
    assertThat(text(headers, "__streams.errors.stacktrace")).contains("ResultsTest");
    assertThat(text(headers, "__patchstream.errors.reason")).isEqualTo("CORRUPT_IMAGE");
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void everyFailureHasItsReason(Throwable failure, FailureReason reason) {
    Results.Result result =
        results(1 << 20, 1 << 20).of(done(record(new byte[1])).failed(failure)).get(0);

    assertThat(failure(result).getReason()).isEqualTo(reason);
  }

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(
            new ImageException(ImageException.Reason.TOO_MANY_PIXELS, "x"),
            FailureReason.TOO_MANY_PIXELS),
        Arguments.of(
            new ImageException(ImageException.Reason.TOO_MANY_BYTES, "x"),
            FailureReason.TOO_MANY_BYTES),
        Arguments.of(
            new ImageException(ImageException.Reason.TOO_MANY_PATCHES, "x"),
            FailureReason.TOO_MANY_PATCHES),
        Arguments.of(
            new ImageException(ImageException.Reason.UNSUPPORTED_FORMAT, "x"),
            FailureReason.UNSUPPORTED_FORMAT),
        Arguments.of(
            new InferenceException(InferenceException.Reason.NOT_FINITE, "x", null),
            FailureReason.NOT_FINITE),
        Arguments.of(
            new InferenceException(InferenceException.Reason.SESSION_FAILED, "x", null),
            FailureReason.INFERENCE_FAILED),
        Arguments.of(
            new RejectedEventException(FailureReason.NO_VALUE, "x"), FailureReason.NO_VALUE),
        Arguments.of(new IllegalStateException(), FailureReason.OTHER));
  }

  @Test
  void aResultThatItsTopicDoesNotTakeIsAFailure() {
    List<Results.Result> results = results(100, 1 << 20).of(done(record(new byte[10])));

    assertThat(results).hasSize(1);
    assertThat(failure(results.get(0)).getReason()).isEqualTo(FailureReason.RESULT_TOO_LARGE);
    assertThat(failure(results.get(0)).getMessage()).contains("topic l takes 100");
  }

  @Test
  void aFailureKeepsOfTheOriginalWhatFits() {
    Outcome outcome =
        done(record(new byte[20_000])).failed(new IllegalStateException("x".repeat(5_000)));

    assertThat(failure(results(1 << 20, 1 << 20).of(outcome).get(0)).getOriginal()).isNotNull();
    Results.Result cut = results(1 << 20, 12_000).of(outcome).get(0);
    assertThat(failure(cut).getOriginal()).isNull();
    assertThat(text(cut.record().headers(), "trace")).isEqualTo("t-1");
    Results.Result least = results(1 << 20, 100).of(outcome).get(0);
    assertThat(least.record().headers().lastHeader("trace")).isNull();
    assertThat(text(least.record().headers(), "__streams.errors.offset")).isEqualTo("42");
  }

  @Test
  void aFailureFitsItsTopicWhateverTheInputHolds() {
    ReadEvent event = new ReadEvent("i".repeat(20_000), null, Map.of(), () -> null);
    InputRecord record =
        new InputRecord("images", 5, 42, 99, new byte[20_000], new byte[1], new RecordHeaders());
    Outcome outcome = new Outcome(record, event, null, null, new IllegalStateException("x"));

    Results.Result result = results(1 << 20, 10_000).of(outcome).get(0);

    assertThat(new SinkTopic("failures", "f", 10_000).fits(result.record())).isTrue();
    assertThat(result.record().key()).isNull();
    assertThat(failure(result).getImageId()).isNull();
    assertThat(failure(result).getOffset()).isEqualTo(42);
  }

  @Test
  void aRecordWithoutAKeyFollowsItsInputPartition() {
    var partitioner = Outgoing.partitioner();
    Outgoing outgoing = new Outgoing(new byte[0], 5);

    assertThat(partitioner.partitions("labels", null, outgoing, 3).orElseThrow())
        .containsExactly(2);
    assertThat(partitioner.partitions("labels", new byte[] {1}, outgoing, 3)).isEmpty();
  }

  private Results results(int labelBytes, int deadLetterBytes) {
    LabelWriter labels =
        new LabelWriter(
            "l", MODEL, Activation.SIGMOID, EventSerdes.imageClassification(REGISTRY).serializer());
    EmbeddingWriter embeddings =
        new EmbeddingWriter(
            "e",
            MODEL,
            EmbeddingKind.PROJECTION,
            "resize-224",
            EventSerdes.imageEmbedding(REGISTRY).serializer());
    return new Results(
        List.of(
            new Results.Output(new SinkTopic("labels", "l", labelBytes), labels::write),
            new Results.Output(new SinkTopic("embeddings", "e", 1 << 20), embeddings::write)),
        new FailureWriter("f", 1 << 16, EventSerdes.imageFailure(REGISTRY).serializer()),
        new SinkTopic("failures", "f", deadLetterBytes),
        new StreamCounters(),
        new RareWarnings(Duration.ofHours(1), warnings::add),
        ResultTap.NONE);
  }

  private static InputRecord record(byte[] value) {
    Headers headers = new RecordHeaders().add("trace", "t-1".getBytes(StandardCharsets.UTF_8));
    return new InputRecord("images", 5, 42, 99, new byte[] {1, 2}, value, headers);
  }

  private static Outcome done(InputRecord record) {
    ReadEvent event = new ReadEvent("photo-7", CAPTURED, Map.of("camera", "7"), () -> null);
    return new Outcome(record, event, null, INFERENCE, null);
  }

  private static String embeddingId(Results results, InputRecord record) {
    return EventSerdes.imageEmbedding(REGISTRY)
        .deserializer()
        .deserialize("e", value(results.of(done(record)).get(1)))
        .getEmbeddingId();
  }

  private static ImageFailure failure(Results.Result result) {
    return EventSerdes.imageFailure(REGISTRY).deserializer().deserialize("f", value(result));
  }

  private static byte[] value(Results.Result result) {
    return result.record().value().value();
  }

  private static String text(Headers headers, String key) {
    return new String(headers.lastHeader(key).value(), StandardCharsets.UTF_8);
  }
}
