package io.patchstream.model.onnx;

import static io.patchstream.model.onnx.OpenGraph.inputAt;
import static io.patchstream.model.onnx.OpenGraph.is;
import static io.patchstream.model.onnx.OpenGraph.number;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;

/**
 * A linear layer in a graph.
 *
 * @param node of one of the operators that exporters and quantisers write it as
 * @param input the value that it reads, in floating point
 * @param in features of the input
 * @param out features of the output
 */
record Linear(NodeProto node, String input, int in, int out) {

  /** The layer that a node is; null if it is none. */
  static Linear of(OpenGraph graph, NodeProto node) {
    boolean convolution = is(node, "Conv");
    boolean product =
        is(node, "Gemm")
            || is(node, "MatMul")
            || is(node, "MatMulInteger")
            || node.getOpType().equals("FusedMatMul");
    if (!convolution && !product
        || node.getInputCount() < 2
        || number(node, "transA", 0) != 0
        || !graph.isConstant(inputAt(node, 1))) {
      return null;
    }
    List<Long> weight = dimensions(graph, inputAt(node, 1));
    if (convolution && isPointwise(weight)) {
      return of(graph, node, weight.get(1), weight.get(0));
    }
    if (convolution || weight.size() != 2) {
      return null;
    }
    boolean outFirst = number(node, "transB", 0) != 0;
    return of(graph, node, weight.get(outFirst ? 1 : 0), weight.get(outFirst ? 0 : 1));
  }

  /** Whether it is written as a convolution over single pixels. */
  boolean isConvolution() {
    return is(node, "Conv");
  }

  private static Linear of(OpenGraph graph, NodeProto node, long in, long out) {
    String input = inputAt(node, 0);
    NodeProto before = graph.producer(input);
    if (before != null && before.getOpType().equals("DynamicQuantizeLinear")) {
      input = inputAt(before, 0);
    }
    boolean fits = 0 < in && in <= Integer.MAX_VALUE && 0 < out && out <= Integer.MAX_VALUE;
    return fits ? new Linear(node, input, (int) in, (int) out) : null;
  }

  private static boolean isPointwise(List<Long> weight) {
    return weight.size() == 4 && weight.get(2) == 1 && weight.get(3) == 1;
  }

  /** Of a weight, or of what it is dequantised, cast or transposed of; empty if none is known. */
  private static List<Long> dimensions(OpenGraph graph, String weight) {
    String value = weight;
    boolean transposed = false;
    NodeProto node = graph.producer(value);
    while (node != null && isMadeOfAnother(node)) {
      transposed ^= is(node, "Transpose");
      value = inputAt(node, 0);
      node = graph.producer(value);
    }
    TensorProto tensor = graph.tensor(value);
    List<Long> dims = tensor == null ? List.of() : tensor.getDimsList();
    return transposed && dims.size() == 2 ? List.of(dims.get(1), dims.get(0)) : dims;
  }

  private static boolean isMadeOfAnother(NodeProto node) {
    return is(node, "Identity")
        || is(node, "Cast")
        || is(node, "DequantizeLinear")
        || is(node, "Transpose");
  }
}
