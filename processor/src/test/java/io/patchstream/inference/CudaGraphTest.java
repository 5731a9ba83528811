package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.Precision;
import io.patchstream.model.Target;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Pooling;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The graphs for CUDA of every golden checkpoint, run on the CPU, against those for the CPU in
 * float32, whose answers are those of the frameworks. The CPU provider has the operators in float32
 * and puts casts around those that get halves, so that most results are rounded as on a GPU; what
 * it has not, {@link PlainAttention} and {@link RoundedToBfloat16} put in plain operators.
 */
@Timeout(60)
class CudaGraphTest {

  private static final List<Grid> GRIDS =
      List.of(new Grid(6, 6), new Grid(3, 7), new Grid(6, 6), new Grid(9, 4), new Grid(1, 1));

  private static final float TOLERANCE = 1e-5f;
  private static final double FP16_TOLERANCE = 2e-2;
  private static final double BF16_TOLERANCE = 3e-2;

  private record Answer(float[] logits, float[] embedding) {}

  static Stream<String> checkpoints() throws Exception {
    return GoldenModelsTest.folders().stream().filter(folder -> !folder.startsWith("onnx_"));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void imagesOfOneGrid(String folder) throws Exception {
    try (Model model = open(folder)) {
      List<Answer> expected = oneByOne(model, model.graph());

      assertSame(oneByOne(model, graph(model, Precision.FP32, Target.CUDA)), expected);
      List<Answer> fp16 = oneByOne(model, graph(model, Precision.FP16, Target.CUDA));
      assertNear(fp16, expected, FP16_TOLERANCE);
      OnnxGraph bf16 = RoundedToBfloat16.of(graph(model, Precision.BF16, Target.CUDA));
      assertNear(oneByOne(model, bf16), expected, BF16_TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void imagesOfAnyGridsInOneRun(String folder) throws Exception {
    try (Model model = open(folder)) {
      boolean canBePacked =
          ((VisionTransformer) model.description()).output().pooling() != Pooling.ATTENTION;
      assertThat(model.graph(Precision.FP16, Target.CUDA_PACKED).isPresent())
          .isEqualTo(canBePacked);
      if (canBePacked) {
        List<Answer> expected = oneByOne(model, model.graph());
        OnnxGraph fp32 = PlainAttention.of(graph(model, Precision.FP32, Target.CUDA_PACKED));
        assertSame(together(model, fp32, pictures(model)), expected);
        OnnxGraph fp16 = PlainAttention.of(graph(model, Precision.FP16, Target.CUDA_PACKED));
        assertNear(together(model, fp16, pictures(model)), expected, FP16_TOLERANCE);
        OnnxGraph bf16 = PlainAttention.of(graph(model, Precision.BF16, Target.CUDA_PACKED));
        List<Answer> answers = together(model, RoundedToBfloat16.of(bf16), pictures(model));
        assertNear(answers, expected, BF16_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_vit", "timm_vit_avg", "hf_siglip_classifier", "hf_dinov2_registers"})
  void whatIsNotFiniteStaysWithItsImage(String folder) throws Exception {
    try (Model model = open(folder)) {
      OnnxGraph packed = PlainAttention.of(graph(model, Precision.FP32, Target.CUDA_PACKED));
      List<FloatBuffer> pictures = pictures(model);
      List<Answer> expected = together(model, packed, pictures);
      pictures.get(1).put(7, Float.NaN);
      List<Answer> answers = together(model, packed, pictures);

      assertThat(answers.get(1).embedding()).contains(Float.NaN);
      for (int i : new int[] {0, 2, 3, 4}) {
        assertThat(answers.get(i).logits()).containsExactly(expected.get(i).logits());
        assertThat(answers.get(i).embedding()).containsExactly(expected.get(i).embedding());
      }
    }
  }

  private static Model open(String folder) throws Exception {
    return Model.open(Golden.HF_VIT.resolveSibling(folder));
  }

  private static OnnxGraph graph(Model model, Precision precision, Target target) {
    return model.graph(precision, target).orElseThrow();
  }

  /** A made-up picture for each of the grids. */
  private static List<FloatBuffer> pictures(Model model) {
    int side = ((VisionTransformer) model.description()).patchSize();
    List<FloatBuffer> pictures = new ArrayList<>();
    for (Grid grid : GRIDS) {
      pictures.add(new GeneratedPicture(pictures.size()).patches(grid, side));
    }
    return pictures;
  }

  private static List<Answer> oneByOne(Model model, OnnxGraph graph) throws Exception {
    List<FloatBuffer> pictures = pictures(model);
    List<Answer> answers = new ArrayList<>();
    try (ModelSession session = session(model, graph)) {
      for (int i = 0; i < GRIDS.size(); i++) {
        session.run(pictures.get(i), List.of(GRIDS.get(i)));
        answers.add(new Answer(session.logits(0), session.clsEmbedding(0)));
      }
    }
    return answers;
  }

  private static List<Answer> together(Model model, OnnxGraph graph, List<FloatBuffer> pictures)
      throws Exception {
    FloatBuffer all =
        DirectBuffers.floats(pictures.stream().mapToInt(FloatBuffer::remaining).sum());
    pictures.forEach(picture -> all.put(picture.duplicate()));
    try (ModelSession session = session(model, graph)) {
      session.run(all.flip(), GRIDS);
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < GRIDS.size(); i++) {
        answers.add(new Answer(session.logits(i), session.clsEmbedding(i)));
      }
      return answers;
    }
  }

  private static ModelSession session(Model model, OnnxGraph graph) throws InferenceException {
    return new ModelSession(
        graph, model.positionTables(1 << 20), GRIDS.size(), Device.CPU, Golden.onCpu(1));
  }

  private static void assertSame(List<Answer> answers, List<Answer> expected) {
    for (int i = 0; i < GRIDS.size(); i++) {
      assertThat(answers.get(i).logits())
          .containsExactly(expected.get(i).logits(), within(TOLERANCE));
      assertThat(answers.get(i).embedding())
          .containsExactly(expected.get(i).embedding(), within(TOLERANCE));
    }
  }

  /** Near, and not the same: it is not float32. */
  private static void assertNear(List<Answer> answers, List<Answer> expected, double tolerance) {
    for (int i = 0; i < GRIDS.size(); i++) {
      if (expected.get(i).logits().length > 0) {
        assertThat(relative(answers.get(i).logits(), expected.get(i).logits()))
            .isBetween(1e-5, tolerance);
      }
      assertThat(relative(answers.get(i).embedding(), expected.get(i).embedding()))
          .isBetween(1e-5, tolerance);
    }
  }

  /** Euclidean length of the difference over that of what is expected. */
  private static double relative(float[] values, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < values.length; i++) {
      double d = (double) values[i] - expected[i];
      difference += d * d;
      length += (double) expected[i] * expected[i];
    }
    return Math.sqrt(difference / length);
  }
}
