package io.patchstream.model.onnx;

import static io.patchstream.fixtures.OnnxVit.EMBEDDING;
import static io.patchstream.fixtures.OnnxVit.LOGITS;
import static io.patchstream.fixtures.OnnxVit.PIXELS;
import static io.patchstream.fixtures.OnnxVit.node;
import static io.patchstream.fixtures.OnnxVit.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.patchstream.fixtures.OnnxVit;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.onnx.OnnxModel.Image;
import io.patchstream.model.onnx.OnnxModel.Patches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String POSITIONS = "m.pos_embed";

  @TempDir Path folder;

  @Test
  void positionsOfAnExportersVitBecomeAnInput() throws ModelException {
    try (Model model = Model.open(OnnxVit.GOLDEN)) {
      assertThat(model.description())
          .isInstanceOfSatisfying(
              OnnxModel.class,
              vit -> {
                assertThat(vit.layout()).isEqualTo("onnx/vit");
                assertThat(vit.name()).isEqualTo("onnx_vit");
                assertThat(vit.patches()).isEqualTo(new Patches(8, 1, 6, 6));
                assertThat(vit.image()).isEqualTo(new Image(0, 0, false));
                assertThat(vit.embedding()).isEqualTo(EMBEDDING);
                assertThat(vit.embeddingSize()).isEqualTo(48);
                assertThat(vit.activation()).isEqualTo(OutputActivation.SOFTMAX);
                assertThat(vit.labels()).hasSize(10).startsWith("label_0", "label_1");
                assertThat(vit.takesAnyGrid()).isTrue();
                assertThat(vit.patchSize(240, 240)).isEqualTo(8);
              });
      assertThat(model.positionTables(1 << 20).at(2, 5).remaining()).isEqualTo(11 * 48);
    }
  }

  @Test
  void weightsStayInTheFile() throws ModelException {
    try (Model model = Model.open(OnnxVit.GOLDEN)) {
      OnnxGraph graph = model.graph();
      assertThat(graph.protobuf().length).isLessThan(64 << 10);
      assertThat(graph.weights())
          .extracting(Weight::name)
          .contains("m.patch_embed.proj.weight", "onnx::MatMul_389")
          .doesNotContain(POSITIONS);
      assertThat(graph.weights()).allMatch(weight -> weight.data().isDirect());
      assertThat(model.parameters()).isEqualTo(96_490);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "onnx_swin, 32, /head/global_pool/pool/ReduceMean_output_0",
    "onnx_hybrid, 48, /Gather_1_output_0",
    "onnx_efficientvit, 64, /head/global_pool/flatten/Flatten_output_0"
  })
  void otherClassifiersRunAsTheyAre(String name, int size, String embedding) throws ModelException {
    try (Model model = Model.open(GOLDEN.resolve(name))) {
      OnnxModel description = (OnnxModel) model.description();
      assertThat(description.layout()).isEqualTo("onnx/classifier");
      assertThat(description.asItIs()).isEqualTo("its input has a fixed size, 64x64");
      assertThat(description.embedding()).isEqualTo(embedding);
      assertThat(description.embeddingSize()).isEqualTo(size);
      assertThat(description.takesAnyGrid()).isFalse();
      assertThat(description.patchSize(64, 64)).isEqualTo(64);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> description.patchSize(224, 224))
          .withMessage(
              "%s takes images of 64x64 (height by width), but its preprocessing makes them 224x224:"
                  + " correct the size in its preprocessor_config.json.",
              name);
    }
  }

  @Test
  void aVitIsAClassifierWhereThatIsAskedFor() throws ModelException {
    try (Model model = Model.open(OnnxVit.GOLDEN, OnnxModel.CLASSIFIER)) {
      OnnxModel description = (OnnxModel) model.description();
      assertThat(description.layout()).isEqualTo("onnx/classifier");
      assertThat(description.image()).isEqualTo(new Image(0, 0, false));
      assertThat(description.patchSize(48, 48)).isEqualTo(48);
      assertThat(description.patchSize(48, 64)).isEqualTo(16);
      assertThat(model.positionTables(0).length()).isZero();
    }
    assertThatThrownBy(() -> Model.open(GOLDEN.resolve("onnx_swin"), OnnxModel.VIT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("its input has a fixed size, 64x64");
  }

  @Test
  void tokensInAShapeAreToldAndRunAtTheirOwnSize() throws Exception {
    OnnxVit.write(
        folder,
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          String attended = "/blocks/blocks.0/attn/Transpose_2_output_0";
          int reshape = OnnxVit.indexOf(graph, "/blocks/blocks.0/attn/Reshape_1_output_0");
          graph.setNode(
              reshape,
              node("Reshape", List.of(attended, "shape"), graph.getNode(reshape).getOutput(0))
                  .setName("baked"));
          graph.addInitializer(numbers("shape", -1, 37, 48));
        });
    try (Model model = Model.open(folder)) {
      OnnxModel description = (OnnxModel) model.description();
      assertThat(description.layout()).isEqualTo("onnx/classifier");
      assertThat(description.asItIs()).isEqualTo("the shape of node \"baked\" holds its 37 tokens");
    }
  }

  @Test
  void theLastSoftmaxIsLeftOut() throws Exception {
    OnnxVit.write(folder, model -> after(model, "Softmax"));
    OnnxModel description = open();
    assertThat(description.activation()).isEqualTo(OutputActivation.SOFTMAX);
    assertThat(description.embedding()).isEqualTo(EMBEDDING);
    try (Model model = Model.open(folder)) {
      assertThat(operators(model.graph()))
          .contains("Softmax")
          .doesNotContainSequence("Gemm", "Softmax");
    }
  }

  @Test
  void whatAFileComputesInShowsByItsOperatorsAndWeights() throws Exception {
    OnnxVit.write(folder, model -> {});
    assertThat(open().precision()).isEqualTo("fp32");

    OnnxVit.write(folder, OnnxVit::quantise);
    assertThat(open().precision()).isEqualTo("int8");
    assertThat(open().image()).isEqualTo(new Image(0, 0, true));

    TensorProto halves =
        TensorProto.newBuilder()
            .setName("halves")
            .setDataType(DataType.FLOAT16.getNumber())
            .addDims(200_000)
            .setRawData(ByteString.copyFrom(new byte[400_000]))
            .build();
    OnnxVit.write(folder, model -> model.getGraphBuilder().addInitializer(halves));
    assertThat(open().precision()).isEqualTo("fp16");
  }

  @Test
  void aLastSigmoidMeansThatEachClassIsScoredByItself() throws Exception {
    OnnxVit.write(folder, model -> after(model, "Sigmoid"));
    assertThat(open().activation()).isEqualTo(OutputActivation.SIGMOID);
  }

  @Test
  void anotherEmbeddingMayBeNamed() throws Exception {
    OnnxVit.write(folder, model -> {});
    Files.writeString(
        folder.resolve("patchstream-model.json"), "{\"embedding\": \"/norm/Add_1_output_0\"}");
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("\"/norm/Add_1_output_0\"")
        .hasMessageContaining("read by no linear layer");

    Files.writeString(
        folder.resolve("patchstream-model.json"),
        "{\"embedding\": \"/blocks/blocks.2/norm2/Add_1_output_0\"}");
    assertThat(open().embedding()).isEqualTo("/blocks/blocks.2/norm2/Add_1_output_0");

    Files.writeString(folder.resolve("patchstream-model.json"), "{\"embedding\": \"nothing\"}");
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("\"nothing\"")
        .hasMessageContaining("no value of the graph");
  }

  @Test
  void ofSeveralOutputsTheLogitsAreThoseOfThatNameOrNamed() throws Exception {
    OnnxVit.write(
        folder,
        model ->
            model.getGraphBuilder().addOutput(value(EMBEDDING, DataType.FLOAT, "batch_size", 48)));
    assertThat(open().classes()).isEqualTo(10);

    Consumer<ModelProto.Builder> renamed =
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "scores");
          graph.getOutputBuilder(0).setName("scores");
          graph.addOutput(value(EMBEDDING, DataType.FLOAT, "batch_size", 48));
        };
    OnnxVit.write(folder, renamed);
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("scores [batch_size, 10], /Gather_1_output_0 [batch_size, 48]")
        .hasMessageContaining("patchstream-model.json: {\"logits\": \"...\"}");

    Files.writeString(folder.resolve("patchstream-model.json"), "{\"logits\": \"scores\"}");
    assertThat(open().classes()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 200_000, 426_146})
  void aDamagedFileIsRefused(int length) throws IOException {
    byte[] whole = Files.readAllBytes(OnnxVit.GOLDEN.resolve("model.onnx"));
    byte[] part = new byte[length];
    System.arraycopy(whole, 0, part, 0, length);
    Files.write(folder.resolve("model.onnx"), part);
    assertRefused("damaged, or no ONNX file");
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "<!DOCTYPE html><title>404</title>");
    assertRefused("damaged, or no ONNX file");
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    input(value(PIXELS, DataType.UINT8, "batch", 3, "height", "width"));
    assertRefused("pixel_values [batch, 3, height, width] takes UINT8");
    input(value(PIXELS, DataType.FLOAT, "batch", 1, "height", "width"));
    assertRefused("has 1 channels");
    input(value(PIXELS, DataType.FLOAT, 4, 3, "height", "width"));
    assertRefused("takes 4 images a run");
    input(value(PIXELS, DataType.INT64, "batch", "tokens"));
    assertRefused("pixel_values [batch, tokens] is no image");
    OnnxVit.write(
        folder,
        model ->
            model.getGraphBuilder().addInput(value("prompt", DataType.INT64, "batch", "tokens")));
    assertRefused(
        "it takes 2 inputs, pixel_values [batch_size, 3, height, width], prompt [batch, tokens]");
  }

  @Test
  void whatIsNoClassifierIsRefused() throws IOException {
    OnnxVit.write(
        folder,
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          graph.setOutput(0, value("/norm/Add_1_output_0", DataType.FLOAT, "batch", "tokens", 48));
        });
    assertRefused("/norm/Add_1_output_0 [batch, tokens, 48] does not hold logits");
  }

  @Test
  void asManyLabelsAsClassesAreAskedFor() throws IOException {
    OnnxVit.write(folder, model -> {});
    Files.writeString(
        folder.resolve("config.json"), "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}}");
    assertRefusedBy("names 2 classes, but the model's head has 10");
  }

  @Test
  void aNodeThatTakesNothingKnownIsRefused() throws IOException {
    OnnxVit.write(
        folder,
        model ->
            model
                .getGraphBuilder()
                .addNode(0, node("Identity", List.of(LOGITS), "circle").setName("first")));
    assertRefused("node \"first\" (Identity) takes \"logits\", which nothing before it gives");
  }

  @Test
  void weightsMayLieInAFileBesideIt() throws Exception {
    Path data = folder.resolve("model.onnx_data");
    OnnxVit.write(folder, model -> outside(model, data, "model.onnx_data"));
    try (Model model = Model.open(folder)) {
      assertThat(model.graph().weights()).hasSizeGreaterThan(12);
      assertThat(model.positionTables(1 << 20).at(6, 6).get(0)).isNotZero();
      assertThat(model.revision()).isNotEqualTo(Model.open(OnnxVit.GOLDEN).revision());
    }
    Files.delete(data);
    assertRefused("model.onnx_data, which is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside",
        "/etc/passwd",
        "sub/../../outside",
        "",
        "*/_ORT_MEM_ADDR_/*",
        "a\0b"
      })
  void weightsOutsideOfTheFolderAreRefused(String location) throws IOException {
    Path data = folder.resolve("outside");
    OnnxVit.write(folder, model -> outside(model, data, location));
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tensor \"m.pos_embed\" lies in ")
        .message()
        .containsAnyOf("outside of the model's folder", "is missing", "is no path");
  }

  @Test
  void weightsBeyondTheirFileAreRefused() throws IOException {
    Path data = folder.resolve("model.onnx_data");
    OnnxVit.write(folder, model -> outside(model, data, "model.onnx_data"));
    Files.write(data, new byte[1000]);
    assertRefused("of %s, which has 1000 bytes".formatted(data));
  }

  @Test
  void aPlaceThatIsNoNumberIsRefused() throws IOException {
    Path data = folder.resolve("model.onnx_data");
    OnnxVit.write(
        folder,
        model -> {
          outside(model, data, "model.onnx_data");
          model.getGraphBuilder().getInitializerBuilder(0).getExternalDataBuilder(1).setValue("-8");
        });
    assertRefused("lies at \"-8\", which is no place in a file");
  }

  @Test
  void aNodesOwnTensorMustLieInTheFile() throws IOException {
    TensorProto outside =
        TensorProto.newBuilder()
            .setName("hidden")
            .setDataLocation(DataLocation.EXTERNAL)
            .addExternalData(entry("location", "/etc/passwd"))
            .build();
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeType.TENSOR)
            .setT(outside)
            .build();
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(node("Constant", List.of(), "x").addAttribute(value))
            .build();
    AttributeProto then =
        AttributeProto.newBuilder()
            .setName("then_branch")
            .setType(AttributeType.GRAPH)
            .setG(branch)
            .build();
    OnnxVit.write(
        folder,
        model -> model.getGraphBuilder().addNode(node("If", List.of(), "y").addAttribute(then)));
    assertRefused("tensor \"hidden\" of a node lies in another file");
  }

  @Test
  void aTensorOfAnotherSizeIsRefused() throws IOException {
    OnnxVit.write(
        folder,
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          graph.getInitializerBuilder(2).setDims(0, 1L << 62).setDims(1, 1L << 62);
        });
    assertRefused("tensor \"m.patch_embed.proj.weight\" has the shape");
  }

  private OnnxModel open() throws ModelException {
    try (Model model = Model.open(folder)) {
      return (OnnxModel) model.description();
    }
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(folder.resolve("model.onnx").toString())
        .hasMessageContaining(message);
  }

  private void assertRefusedBy(String message) {
    assertThatThrownBy(this::open).isInstanceOf(ModelException.class).hasMessageContaining(message);
  }

  private void input(ai.onnx.proto.OnnxMl.ValueInfoProto input) throws IOException {
    OnnxVit.write(folder, model -> model.getGraphBuilder().setInput(0, input));
  }

  /** The graph's output goes through one more operator. */
  private static void after(ModelProto.Builder model, String operator) {
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(OnnxVit.indexOf(graph, LOGITS)).setOutput(0, "before");
    graph.addNode(node(operator, List.of("before"), LOGITS));
  }

  /** Moves all initializers into a file. */
  private static void outside(ModelProto.Builder model, Path data, String location) {
    ByteString.Output bytes = ByteString.newOutput();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      int offset = bytes.size();
      try {
        tensor.getRawData().writeTo(bytes);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      tensor
          .setDataLocation(DataLocation.EXTERNAL)
          .addExternalData(entry("location", location))
          .addExternalData(entry("offset", Integer.toString(offset)))
          .addExternalData(entry("length", Integer.toString(tensor.getRawData().size())))
          .clearRawData();
    }
    try {
      Files.write(data, bytes.toByteString().toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static TensorProto numbers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  private static List<String> operators(OnnxGraph graph) throws IOException {
    return ModelProto.parseFrom(graph.protobuf()).getGraph().getNodeList().stream()
        .map(node -> node.getOpType())
        .toList();
  }
}
