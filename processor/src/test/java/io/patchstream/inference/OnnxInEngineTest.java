package io.patchstream.inference;

import static io.patchstream.fixtures.OnnxVit.LOGITS;
import static io.patchstream.fixtures.OnnxVit.PIXELS;
import static io.patchstream.fixtures.OnnxVit.node;
import static io.patchstream.fixtures.OnnxVit.number;
import static io.patchstream.fixtures.OnnxVit.numbers;
import static io.patchstream.fixtures.OnnxVit.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.patchstream.fixtures.OnnxVit;
import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.PositionTables;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX files in a session: images beside others, and the ways in which exporters differ. */
class OnnxInEngineTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int BATCH = 4;
  private static final float TOLERANCE = 1e-5f;

  @TempDir Path folder;

  /** What a model gives for one image. */
  private record Answer(float[] logits, float[] embedding) {}

  @ParameterizedTest
  @ValueSource(strings = {"onnx_vit", "onnx_hybrid", "onnx_swin", "onnx_efficientvit"})
  void anImageIsWhatItIsAloneWhateverIsBesideIt(String name) throws Exception {
    try (ModelSession session = session(GOLDEN.resolve(name))) {
      float[] image = noise(1, 64 * 64, 1);
      Answer alone = run(session, 64, image).get(0);

      for (float brightness : new float[] {1, 100}) {
        float[] bright = noise(2, 64 * 64, brightness);
        List<Answer> beside = run(session, 64, bright, image, bright, bright);
        assertClose(beside.get(1), alone);
      }
      assertClose(run(session, 64, image, image).get(1), alone);
    }
  }

  /** Whatever lies in front of the graph or behind it, it gives the same. */
  @Test
  void exportersDifferInWhatTheyTake() throws Exception {
    float[][] images = {noise(1, 48 * 48, 1), noise(2, 48 * 48, 1), noise(3, 48 * 48, 1)};
    List<Answer> expected;
    try (ModelSession session = session(OnnxVit.GOLDEN)) {
      expected = run(session, 48, images);
    }
    assertGives(expected, TOLERANCE, OnnxInEngineTest::oneImageARun, images);
    assertGives(expected, TOLERANCE, OnnxInEngineTest::channelsLast, images);
    assertGives(expected, TOLERANCE, OnnxInEngineTest::softmax, images);
    assertGives(expected, 0.01f, OnnxInEngineTest::halves, images);
    assertGives(expected, TOLERANCE, OnnxInEngineTest::namesThatAreTaken, images);
  }

  /** A scale over the whole tensor would be that of the brightest image of the batch. */
  @Test
  void aFileThatQuantisesOverTheBatchRunsOneImageAtATime() throws Exception {
    OnnxVit.write(folder, OnnxVit::quantise);
    try (ModelSession session = session(folder)) {
      float[] image = noise(1, 48 * 48, 1);
      float[] bright = noise(2, 48 * 48, 100);
      Answer alone = run(session, 48, image).get(0);
      Answer beside = run(session, 48, bright, image).get(1);
      assertThat(beside.logits()).isEqualTo(alone.logits());
      assertThat(beside.embedding()).isEqualTo(alone.embedding());
    }
  }

  @Test
  void anOperatorThatOnnxRuntimeLacksIsTold() throws Exception {
    OnnxVit.write(
        folder,
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "before");
          graph.addNode(node("Magic", List.of("before"), "after").setDomain("com.example"));
          graph.addNode(node("Add", List.of("before", "after"), LOGITS));
          model.addOpsetImport(OnnxVit.domain("com.example"));
        });
    assertThatThrownBy(() -> session(folder).close())
        .isInstanceOf(InferenceException.class)
        .hasMessageStartingWith("ONNX Runtime cannot open the model: ")
        .hasMessageContaining("com.example:Magic");
  }

  private static void oneImageARun(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.setInput(0, value(PIXELS, DataType.FLOAT, 1, 3, "height", "width"));
    graph.setOutput(0, value(LOGITS, DataType.FLOAT, 1, 10));
  }

  private static void channelsLast(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    OnnxVit.redirect(graph, PIXELS, "planes");
    graph.addNode(
        0, node("Transpose", List.of(PIXELS), "planes").addAttribute(numbers("perm", 0, 3, 1, 2)));
    graph.setInput(0, value(PIXELS, DataType.FLOAT, "batch", "height", "width", 3));
  }

  private static void softmax(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "before");
    graph.addNode(node("Softmax", List.of("before"), LOGITS).addAttribute(number("axis", -1)));
  }

  private static void halves(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    OnnxVit.redirect(graph, PIXELS, "wide");
    graph.addNode(0, node("Cast", List.of(PIXELS), "wide").addAttribute(number("to", 1)));
    graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "before");
    graph.addNode(node("Cast", List.of("before"), LOGITS).addAttribute(number("to", 10)));
    graph.setInput(0, value(PIXELS, DataType.FLOAT16, "batch", 3, "height", "width"));
    graph.setOutput(0, value(LOGITS, DataType.FLOAT16, "batch", 10));
  }

  /** Values in between are called as our inputs and outputs are. */
  private static void namesThatAreTaken(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    for (String[] names :
        new String[][] {
          {"/norm/Add_1_output_0", LOGITS},
          {"/norm/Sub_output_0", "position_embeddings"},
          {"/norm/Div_output_0", "cls_embedding"}
        }) {
      if (names[1].equals(LOGITS)) {
        graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "scores");
        graph.getOutputBuilder(0).setName("scores");
      }
      graph.getNodeBuilder(OnnxVit.indexOf(graph, names[0])).setOutput(0, names[1]);
      OnnxVit.redirect(graph, names[0], names[1]);
    }
  }

  private void assertGives(
      List<Answer> expected, float tolerance, Consumer<ModelProto.Builder> change, float[][] images)
      throws Exception {
    OnnxVit.write(folder, change);
    try (ModelSession session = session(folder)) {
      List<Answer> here = run(session, 48, images);
      for (int i = 0; i < images.length; i++) {
        assertThat(here.get(i).logits())
            .containsExactly(expected.get(i).logits(), within(tolerance));
        assertThat(here.get(i).embedding())
            .containsExactly(expected.get(i).embedding(), within(tolerance));
      }
    }
  }

  private static void assertClose(Answer here, Answer expected) {
    assertThat(here.logits()).containsExactly(expected.logits(), within(TOLERANCE));
    assertThat(here.embedding()).containsExactly(expected.embedding(), within(TOLERANCE));
  }

  private static ModelSession session(Path folder) throws Exception {
    try (Model model = Model.open(folder)) {
      PositionTables positions = model.positionTables(1 << 20);
      return new ModelSession(model.graph(), positions, BATCH, Device.CPU, Golden.onCpu(2));
    }
  }

  private static List<Answer> run(ModelSession session, int side, float[]... images)
      throws Exception {
    FloatBuffer pixels = DirectBuffers.floats(images.length * images[0].length);
    for (float[] image : images) {
      pixels.put(image);
    }
    session.run(pixels.flip(), Collections.nCopies(images.length, new Grid(side / 8, side / 8)));
    return IntStream.range(0, images.length)
        .mapToObj(i -> new Answer(session.logits(i), session.clsEmbedding(i)))
        .toList();
  }

  private static float[] noise(long seed, int pixels, float brightness) {
    Random random = new Random(seed);
    float[] noise = new float[3 * pixels];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = brightness * (2 * random.nextFloat() - 1);
    }
    return noise;
  }
}
