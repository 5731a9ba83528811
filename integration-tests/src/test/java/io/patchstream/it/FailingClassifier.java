package io.patchstream.it;

import static io.patchstream.fixtures.NumberedPicture.CELLS;
import static io.patchstream.fixtures.NumberedPicture.CELL_PIXELS;
import static io.patchstream.fixtures.NumberedPicture.SIDE;
import static io.patchstream.fixtures.OnnxVit.node;
import static io.patchstream.fixtures.OnnxVit.number;
import static io.patchstream.fixtures.OnnxVit.numbers;
import static io.patchstream.fixtures.OnnxVit.value;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.fixtures.NumberedPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An ONNX file that names the number of a {@link NumberedPicture}, and whose session fails at
 * random: every second run that has a picture with noise of {@value #NOISE} in its batch ends with
 * an error of ONNX Runtime. So nothing in the product knows that it is being tested.
 *
 * <p>The mean of each cell, 1 for white and -1 for black, is multiplied by a matrix that holds the
 * white cells of each number. Noise brings the means nearer to 0; where one is, a random number
 * decides whether an index outside of its tensor is looked up. (Not at 0 itself, the picture of one
 * shade that an engine warms up with.)
 *
 * @param classes numbers that it knows, 0 to {@code classes - 1}
 */
record FailingClassifier(int classes) {

  /** Of the pictures that it may fail on. */
  static final int NOISE = 64;

  private static final float MARGIN = 5;
  private static final int PIXELS = SIDE * CELL_PIXELS;

  /** Writes the folder. */
  void writeTo(Path folder) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph())
            .build();
    Files.write(folder.resolve("model.onnx"), model.toByteArray());
    Files.writeString(
        folder.resolve("labels.txt"),
        IntStream.range(0, classes).mapToObj(Integer::toString).collect(Collectors.joining("\n")));
    new ObjectMapper()
        .writeValue(folder.resolve("preprocessor_config.json").toFile(), preprocessing());
  }

  private GraphProto graph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("numbers");
    graph.addInput(value("pixel_values", TensorProto.DataType.FLOAT, "batch", 3, PIXELS, PIXELS));
    graph.addOutput(value("logits", TensorProto.DataType.FLOAT, "batch", classes));
    graph.addInitializer(floats("head", head(), CELLS, classes));
    graph.addInitializer(floats("nothing", new float[] {0}, 1));
    graph.addInitializer(floats("noisy", new float[] {0.9f}));
    graph.addInitializer(floats("calm", new float[] {0.1f}));
    graph.addInitializer(floats("half", new float[] {0.5f}));
    means(graph);
    trap(graph);
    add(graph, node("Add", List.of("cells", "trap"), "seen"));
    add(graph, node("MatMul", List.of("seen", "head"), "logits"));
    return graph.build();
  }

  /** Cells [batch, 25]. */
  private static void means(GraphProto.Builder graph) {
    add(
        graph,
        node("AveragePool", List.of("pixel_values"), "squares")
            .addAttribute(numbers("kernel_shape", CELL_PIXELS, CELL_PIXELS))
            .addAttribute(numbers("strides", CELL_PIXELS, CELL_PIXELS)));
    add(
        graph,
        node("ReduceMean", List.of("squares"), "grey")
            .addAttribute(numbers("axes", 1))
            .addAttribute(number("keepdims", 0)));
    add(graph, node("Flatten", List.of("grey"), "cells").addAttribute(number("axis", 1)));
  }

  /** One zero, or an error. */
  private static void trap(GraphProto.Builder graph) {
    add(graph, node("Abs", List.of("cells"), "contrast"));
    add(graph, node("ReduceMin", List.of("contrast"), "least").addAttribute(number("keepdims", 0)));
    add(graph, node("Less", List.of("least", "noisy"), "isPale"));
    add(graph, node("Greater", List.of("least", "calm"), "isPicture"));
    add(graph, node("And", List.of("isPale", "isPicture"), "hasNoise"));
    add(graph, node("RandomUniform", List.of(), "dice").addAttribute(numbers("shape", 1)));
    add(graph, node("Less", List.of("dice", "half"), "unlucky"));
    add(graph, node("And", List.of("hasNoise", "unlucky"), "fails"));
    add(
        graph,
        node("Cast", List.of("fails"), "index")
            .addAttribute(number("to", TensorProto.DataType.INT64.getNumber())));
    add(graph, node("Gather", List.of("nothing", "index"), "trap"));
  }

  private static void add(GraphProto.Builder graph, NodeProto.Builder node) {
    graph.addNode(node);
  }

  private float[] head() {
    float[] head = new float[CELLS * classes];
    for (int number = 0; number < classes; number++) {
      boolean[] white = NumberedPicture.of(number).whiteCells();
      for (int cell = 0; cell < CELLS; cell++) {
        head[cell * classes + number] = white[cell] ? MARGIN : 0;
      }
    }
    return head;
  }

  private static TensorProto floats(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    for (float number : values) {
      tensor.addFloatData(number);
    }
    return tensor.build();
  }

  private static Map<String, Object> preprocessing() {
    return Map.of(
        "image_processor_type",
        "ViTImageProcessor",
        "size",
        Map.of("height", PIXELS, "width", PIXELS),
        "resample",
        2,
        "image_mean",
        List.of(0.5, 0.5, 0.5),
        "image_std",
        List.of(0.5, 0.5, 0.5));
  }
}
