package io.patchstream.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import io.patchstream.model.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Puts plain ONNX operators in place of {@code com.microsoft.PackedMultiHeadAttention}, which has
 * no kernel for a CPU. They do what its documentation says, and what its kernel without fusion
 * does: tokens are laid out at their offsets, sequences filled up to the longest; what is beyond a
 * sequence's length, by the cumulative lengths, is masked; the tokens are taken out again.
 */
final class PlainAttention {

  /** What the operator masks with. */
  private static final float MASKED = -10000;

  private final GraphProto.Builder graph;
  private final List<NodeProto> nodes = new ArrayList<>();
  private int values;

  private PlainAttention(GraphProto.Builder graph) {
    this.graph = graph;
  }

  /** The same graph in operators that a CPU has. */
  static OnnxGraph of(OnnxGraph packed) throws InvalidProtocolBufferException {
    ModelProto.Builder model = ModelProto.parseFrom(packed.protobuf()).toBuilder();
    PlainAttention plain = new PlainAttention(model.getGraphBuilder());
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getOpType().equals("PackedMultiHeadAttention")) {
        plain.replace(node);
      } else {
        plain.nodes.add(node);
      }
    }
    model.getGraphBuilder().clearNode().addAllNode(plain.nodes);
    return new OnnxGraph(model.build().toByteArray(), packed.weights(), packed.prefixTokens());
  }

  private void replace(NodeProto node) {
    long heads = node.getAttribute(0).getI();
    String tokenOffset = node.getInput(4);
    String lengths = node.getInput(5);
    String batch = slice(node("Shape", tokenOffset), 0, 1);
    String longest = slice(node("Shape", tokenOffset), 1, 2);
    String all = node("Reshape", cast(tokenOffset), numbers(-1));
    String tokens = slice(node("Shape", node.getInput(0)), 0, 1);
    String offsets = node("Slice", all, numbers(0), tokens);

    String[] parts = new String[3];
    for (int i = 0; i < 3; i++) {
      String part = biased(node.getInput(i), node.getInput(3), i);
      String size = concat(node("Shape", all), slice(node("Shape", part), 1, 2));
      String indices = node("Unsqueeze", offsets, numbers(1));
      String zeros = node("CastLike", node("ConstantOfShape", size), part);
      String filledUp = node("ScatterND", zeros, indices, part);
      String shape = concat(concat(batch, longest), numbers(heads, -1));
      parts[i] = transpose(node("Reshape", filledUp, shape), 0, 2, 1, 3);
    }
    String headSize = slice(node("Shape", parts[0]), 3, 4);
    String root = node("CastLike", node("Sqrt", castToFloat(headSize)), parts[0]);
    String product = node("MatMul", parts[0], transpose(parts[1], 0, 1, 3, 2));
    String scores = node("Div", product, root);

    String length =
        node("Sub", slice(cast(lengths), 1, Long.MAX_VALUE), slice(cast(lengths), 0, -1));
    String places = node("Range", number(0), node("Squeeze", longest), number(1));
    String there = node("Less", places, node("Unsqueeze", length, numbers(1)));
    String own = node("Unsqueeze", there, numbers(1, 2));
    String masked = node("Where", own, scores, node("CastLike", real(MASKED), scores));

    String attended = transpose(node("MatMul", node("Softmax", masked), parts[2]), 0, 2, 1, 3);
    String rows = concat(node("Shape", all), numbers(-1));
    String laidOut = node("Reshape", attended, rows);
    nodes.add(proto("Gather", node.getOutput(0), laidOut, offsets).build());
  }

  /** A third of [3·D] added, if there is a bias. */
  private String biased(String part, String bias, int third) {
    if (bias.isEmpty()) {
      return part;
    }
    String size = slice(node("Shape", part), 1, 2);
    String from = node("Mul", size, numbers(third));
    return node("Add", part, node("Slice", bias, from, node("Add", from, size)));
  }

  private String slice(String value, long from, long to) {
    return node("Slice", value, numbers(from), numbers(to));
  }

  private String concat(String a, String b) {
    AttributeProto.Builder axis =
        AttributeProto.newBuilder().setName("axis").setType(AttributeType.INT).setI(0);
    return add(proto("Concat", next(), a, b).addAttribute(axis));
  }

  private String transpose(String value, long... permutation) {
    AttributeProto.Builder axes =
        AttributeProto.newBuilder()
            .setName("perm")
            .setType(AttributeType.INTS)
            .addAllInts(LongStream.of(permutation).boxed().toList());
    return add(proto("Transpose", next(), value).addAttribute(axes));
  }

  private String cast(String value) {
    return cast(value, DataType.INT64);
  }

  private String castToFloat(String value) {
    return cast(value, DataType.FLOAT);
  }

  private String cast(String value, DataType type) {
    AttributeProto.Builder to =
        AttributeProto.newBuilder().setName("to").setType(AttributeType.INT).setI(type.getNumber());
    return add(proto("Cast", next(), value).addAttribute(to));
  }

  private String numbers(long... numbers) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(DataType.INT64.getNumber())
            .addDims(numbers.length)
            .addAllInt64Data(LongStream.of(numbers).boxed().toList()));
  }

  private String number(long number) {
    return constant(
        TensorProto.newBuilder().setDataType(DataType.INT64.getNumber()).addInt64Data(number));
  }

  private String real(float number) {
    return constant(
        TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber()).addFloatData(number));
  }

  private String constant(TensorProto.Builder tensor) {
    String name = next();
    graph.addInitializer(tensor.setName(name));
    return name;
  }

  private String node(String operator, String... inputs) {
    return add(proto(operator, next(), inputs));
  }

  private String add(NodeProto.Builder node) {
    nodes.add(node.build());
    return node.getOutput(0);
  }

  private String next() {
    return "plain_" + values++;
  }

  private static NodeProto.Builder proto(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }
}
