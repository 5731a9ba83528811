package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.inference.Verification.Comparison;
import io.patchstream.inference.Verification.Report;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.Precision;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden Hugging Face ViT in 8-bit integers. */
@Timeout(60)
class Int8Test {

  /** Logits here have a standard deviation of 1.3 to 2, values of an embedding one of 1. */
  private static final float TOLERANCE = 0.25f;

  private static Model model;

  @BeforeAll
  static void open() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static EngineOptions int8(int maxBatchSize) {
    return Golden.engine(maxBatchSize, Duration.ofSeconds(1), 2 * maxBatchSize + 2)
        .withPrecision(RequestedPrecision.INT8);
  }

  private static ModelSession session(Model model, Precision precision) throws InferenceException {
    return new ModelSession(
        model.graph(precision).orElseThrow(),
        model.positionTables(1 << 20),
        8,
        Device.CPU,
        Golden.onCpu(2));
  }

  @Test
  void givesNearlyWhatPyTorchGivesAtEverySizeAndForEveryFile() throws Exception {
    Report report =
        Verification.run(model, Golden.images(Mode.FIXED), int8(2), Golden.CASES, Golden.PICTURES);

    assertThat(report.notCompared()).isEmpty();
    assertThat(report.comparisons()).hasSizeGreaterThan(20);
    for (Comparison row : report.comparisons()) {
      assertThat(row.difference()).as(row.toString()).isLessThanOrEqualTo(TOLERANCE);
      if (!row.what().equals(OnnxGraph.POSITION_EMBEDDINGS)) {
        assertThat(row.difference()).as(row.toString()).isGreaterThan(1e-4f); // it is not fp32
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.patchstream.inference.GoldenModelsTest#folders")
  void everyGoldenCheckpointBearsItAndAnOnnxFileRunsAsItIs(String folder) throws Exception {
    Path path = Golden.HF_VIT.resolveSibling(folder);
    try (Model golden = Model.open(path)) {
      ImageOptions images = GoldenModelsTest.images(path, golden.description());
      if (golden.description().layout().startsWith("onnx/")) {
        assertThatThrownBy(() -> ProvenSession.open(golden, images, int8(1)))
            .isInstanceOf(InferenceException.class)
            .hasMessageEndingWith("runs as it is: set patchstream.precision=fp32.");
      } else {
        ProvenSession proven = ProvenSession.open(golden, images, int8(1));
        proven.session().close();
        assertThat(proven.precision()).isEqualTo("int8");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT8_NARROW"})
  void neighboursChangeNoBit(Precision precision) throws Exception {
    Grid grid = new Grid(6, 6);
    int length = grid.patches() * 3 * Golden.PATCH_SIZE * Golden.PATCH_SIZE;
    FloatBuffer crowd = DirectBuffers.floats(8 * length);
    for (int i = 0; i < 8; i++) {
      FloatBuffer picture = new GeneratedPicture(1).patches(grid, Golden.PATCH_SIZE);
      while (picture.hasRemaining()) {
        crowd.put(picture.get() * (i == 5 ? 1 : 100));
      }
    }
    crowd.flip();
    try (ModelSession session = session(model, precision)) {
      session.run(crowd.slice(5 * length, length), List.of(grid));
      float[] logits = session.logits(0);
      float[] embedding = session.clsEmbedding(0);
      session.run(crowd, Collections.nCopies(8, grid));

      assertThat(session.logits(5)).containsExactly(logits);
      assertThat(session.clsEmbedding(5)).containsExactly(embedding);
      assertThat(session.logits(4)).isNotEqualTo(logits);
    }
  }

  @Test
  void theEngineSaysThatItComputesInInt8() throws Exception {
    List<CompletableFuture<Inference>> together = new ArrayList<>();
    try (Engine engine = Engine.open(model, Golden.images(Mode.FIXED), int8(4))) {
      assertThat(engine.identity().precision()).isEqualTo("int8");
      assertThat(engine.identity().precisionReason()).startsWith("within ").contains(" % of fp32");
      for (String picture : List.of("gray.png", "rgb_200x150.png", "gray.jpg", "alpha.png")) {
        together.add(engine.submit(picture(picture)));
      }
      CompletableFuture.allOf(together.toArray(CompletableFuture[]::new)).get();
    }
    try (Engine engine = Engine.open(model, Golden.images(Mode.FIXED), int8(1))) {
      Inference alone = engine.submit(picture("rgb_200x150.png")).get();
      assertThat(alone.logits()).containsExactly(together.get(1).get().logits());
    }
  }

  @Test
  void autoKeepsWhatWasPublished() throws Exception {
    EngineOptions auto = int8(1).withPrecision(RequestedPrecision.AUTO);
    try (Engine engine = Engine.open(model, Golden.images(Mode.FIXED), auto)) {
      assertThat(engine.identity().precision()).isEqualTo("fp32");
      assertThat(engine.identity().precisionReason()).startsWith("as published");
    }
  }

  @Test
  void aModelThatDoesNotBearItIsRefused(@TempDir Path folder) throws Exception {
    try (Model outlier = Model.open(OutlierVit.write(Golden.HF_VIT, folder, 3000))) {
      assertThatThrownBy(() -> Engine.open(outlier, Golden.images(Mode.FIXED), int8(1)))
          .isInstanceOf(InferenceException.class)
          .hasMessageMatching(
              "In int8 .* it is [\\d.]+ % away .* Set patchstream.precision=fp32\\.");

      EngineOptions fp32 = int8(1).withPrecision(RequestedPrecision.FP32);
      try (Engine engine = Engine.open(outlier, Golden.images(Mode.FIXED), fp32)) {
        assertThat(engine.identity().precision()).isEqualTo("fp32");
      }
    }
  }

  @Test
  void whatIsNotANumberIsNoProof(@TempDir Path folder) throws Exception {
    Path broken = OutlierVit.write(Golden.HF_VIT, folder, 1e38f);
    try (Model nan = Model.open(broken);
        ModelSession right = session(model, Precision.FP32);
        ModelSession wrong = session(nan, Precision.FP32)) {
      PrecisionProof proof = new PrecisionProof(Golden.images(Mode.FIXED), right);

      assertThat(proof.difference(right)).isZero();
      assertThat(proof.difference(wrong)).isInfinite();
    }
  }

  private static ImageSource picture(String name) {
    return () -> new EncodedImage(Files.readAllBytes(Golden.PICTURES.resolve(name)), null);
  }
}
