package io.patchstream.model.onnx;

import static io.patchstream.model.onnx.OpenGraph.attribute;
import static io.patchstream.model.onnx.OpenGraph.inputAt;
import static io.patchstream.model.onnx.OpenGraph.is;
import static io.patchstream.model.onnx.OpenGraph.isOf;
import static io.patchstream.model.onnx.OpenGraph.number;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.patchstream.model.ModelException;
import io.patchstream.model.PositionInterpolation;
import io.patchstream.model.Positions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The position table of a Vision Transformer that an exporter wrote with a table of one size: a
 * constant [1, N, D] or [N, D] that is added to the tokens. Tokens are told by where they come
 * from: a convolution of the image whose stride is its size, reshaped, behind prefix tokens or not.
 *
 * @param value the constant
 * @param tokens N, prefix + grid
 * @param length D
 * @param prefix tokens in front of the patches
 * @param patchSize side of a patch in pixels
 */
record PositionTable(String value, int tokens, int length, int prefix, int patchSize) {

  /** What the tokens that a value holds are: how many stand before the patches, and their size. */
  private record Tokens(int prefix, int patchSize) {}

  private static final int MOST_PREFIX_TOKENS = 1000;
  private static final Set<String> RESHAPING =
      Set.of("Transpose", "Reshape", "Flatten", "Identity", "Cast", "LayerNormalization");
  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div");

  /**
   * Looks for the table.
   *
   * @param image the value of the image
   * @throws GraphException if there is none, or nothing but its own size can be run
   */
  static PositionTable of(OpenGraph graph, String image) throws GraphException {
    for (NodeProto node : graph.nodes()) {
      if (!is(node, "Add")) {
        continue;
      }
      for (int i = 0; i < 2; i++) {
        String value = inputAt(node, i);
        TensorProto tensor = table(graph, value);
        if (tensor != null && !graph.isConstant(inputAt(node, 1 - i))) {
          Tokens tokens = tokens(graph, inputAt(node, 1 - i), image);
          if (tokens != null) {
            PositionTable table = of(value, tensor, tokens);
            table.requireAlone(graph);
            table.requireOpenShapes(graph);
            return table;
          }
        }
      }
    }
    throw new GraphException("no position table is added to patches of the image");
  }

  private static PositionTable of(String value, TensorProto tensor, Tokens tokens) {
    int rank = tensor.getDimsCount();
    return new PositionTable(
        value,
        (int) tensor.getDims(rank - 2),
        (int) tensor.getDims(rank - 1),
        tokens.prefix(),
        tokens.patchSize());
  }

  private static TensorProto table(OpenGraph graph, String value) {
    TensorProto tensor = graph.tensor(value);
    if (tensor == null || ElementTypes.ofWeight(tensor.getDataType()).isEmpty()) {
      return null;
    }
    List<Long> dims = tensor.getDimsList();
    boolean oneTable = dims.size() == 2 || dims.size() == 3 && dims.get(0) == 1;
    boolean ofTokens =
        oneTable && dims.subList(dims.size() - 2, dims.size()).stream().allMatch(d -> d > 1);
    return ofTokens && ElementTypes.elements(tensor) <= Integer.MAX_VALUE ? tensor : null;
  }

  /** Follows tokens back to the image; null if they do not come of patches of it. */
  private static Tokens tokens(OpenGraph graph, String value, String image) {
    int prefix = 0;
    NodeProto node = graph.producer(value);
    while (node != null && !is(node, "Conv")) {
      if (is(node, "Concat") && number(node, "axis", 0) == 1) {
        // The prefix tokens stand first, the patches last.
        int before = prefixTokens(graph, node);
        if (before < 0) {
          return null;
        }
        prefix += before;
        node = graph.producer(inputAt(node, node.getInputCount() - 1));
      } else if (isOf(node, RESHAPING) || isWithConstant(graph, node)) {
        node = graph.producer(variable(graph, node));
      } else {
        return null;
      }
    }
    return node != null && isPatches(graph, node) && isImage(graph, inputAt(node, 0), image)
        ? new Tokens(prefix, (int) attribute(node, "strides").getInts(0))
        : null;
  }

  /** Tokens of all inputs of a concatenation but the last; -1 if one is no learned token. */
  private static int prefixTokens(OpenGraph graph, NodeProto concat) {
    int count = 0;
    for (int i = 0; i < concat.getInputCount() - 1; i++) {
      TensorProto token = learned(graph, concat.getInput(i));
      if (token == null || token.getDimsCount() != 3 || token.getDims(1) > MOST_PREFIX_TOKENS) {
        return -1;
      }
      count += (int) Math.max(0, token.getDims(1));
    }
    return count;
  }

  /** The tensor that is repeated for the images of a batch. */
  private static TensorProto learned(OpenGraph graph, String value) {
    String repeated = value;
    NodeProto node = graph.producer(repeated);
    while (node != null && (is(node, "Expand") || is(node, "Tile") || is(node, "Cast"))) {
      repeated = inputAt(node, 0);
      node = graph.producer(repeated);
    }
    return graph.tensor(repeated);
  }

  /** Whether the squares of a convolution tile the image. */
  private static boolean isPatches(OpenGraph graph, NodeProto convolution) {
    AttributeProto strides = attribute(convolution, "strides");
    TensorProto weight = graph.tensor(inputAt(convolution, 1));
    AttributeProto pads = attribute(convolution, "pads");
    return strides != null
        && weight != null
        && weight.getDimsCount() == 4
        && strides.getIntsList().equals(weight.getDimsList().subList(2, 4))
        && strides.getInts(0) == strides.getInts(1)
        && strides.getInts(0) > 0
        && strides.getInts(0) <= Integer.MAX_VALUE
        && number(convolution, "group", 1) == 1
        && (pads == null || pads.getIntsList().stream().allMatch(pad -> pad == 0));
  }

  /** Whether a value is the image, normalised perhaps. */
  private static boolean isImage(OpenGraph graph, String value, String image) {
    String before = value;
    NodeProto node = graph.producer(before);
    while (node != null
        && (isWithConstant(graph, node) || is(node, "Identity") || is(node, "Cast"))) {
      before = variable(graph, node);
      node = graph.producer(before);
    }
    return before.equals(image);
  }

  private static boolean isWithConstant(OpenGraph graph, NodeProto node) {
    return isOf(node, ARITHMETIC)
        && node.getInputList().stream().filter(graph::isConstant).count() == 1;
  }

  private static String variable(OpenGraph graph, NodeProto node) {
    return inputAt(node, graph.isConstant(inputAt(node, 0)) ? 1 : 0);
  }

  private void requireAlone(OpenGraph graph) throws GraphException {
    if (graph.consumers(value).size() > 1) {
      throw new GraphException("its position table is read by other nodes too");
    }
  }

  /** An exporter may have written the number of tokens into the shapes in between. */
  private void requireOpenShapes(OpenGraph graph) throws GraphException {
    for (NodeProto node : graph.nodes()) {
      if ((is(node, "Reshape") || is(node, "Expand")) && holdsTokens(graph, inputAt(node, 1))) {
        throw new GraphException(
            "the shape of node \"%s\" holds its %d tokens".formatted(node.getName(), tokens));
      }
    }
  }

  /** Tokens lie along the second or third axis of what attention reshapes. */
  private boolean holdsTokens(OpenGraph graph, String shape) {
    NodeProto node = graph.producer(shape);
    if (node != null && is(node, "Concat")) {
      return IntStream.range(1, Math.min(3, node.getInputCount()))
          .anyMatch(axis -> holdsTokens(graph, inputAt(node, axis), 0));
    }
    return holdsTokens(graph, shape, 1) || holdsTokens(graph, shape, 2);
  }

  private boolean holdsTokens(OpenGraph graph, String shape, int index) {
    TensorProto tensor = graph.tensor(shape);
    long[] numbers = tensor == null ? new long[0] : ElementTypes.wholeNumbers(tensor);
    // As many tokens as D would be told from D by nothing.
    return index < numbers.length
        && numbers[index] != length
        && (numbers[index] == tokens || numbers[index] == tokens - prefix);
  }

  /**
   * The values.
   *
   * @throws ModelException if they do not have the size of the table
   */
  Positions positions(OnnxFile file, OpenGraph graph, int rows, int columns)
      throws ModelException, IOException {
    float[] values = file.floats(graph.tensor(value));
    return new Positions(values, rows, columns, prefix, length, PositionInterpolation.BICUBIC);
  }
}
