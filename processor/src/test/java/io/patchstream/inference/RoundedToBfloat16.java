package io.patchstream.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import io.patchstream.model.OnnxGraph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a graph in bfloat16 run on a CPU, which has no kernels for it: each node computes in
 * float32, as those of a GPU do inside, and its result is rounded to bfloat16.
 */
final class RoundedToBfloat16 {

  private final List<NodeProto> nodes = new ArrayList<>();
  private final Set<String> rounded = new HashSet<>();

  private RoundedToBfloat16() {}

  /** The same graph in operators that a CPU has; its weights are published in float32. */
  static OnnxGraph of(OnnxGraph graph) throws InvalidProtocolBufferException {
    ModelProto.Builder model = ModelProto.parseFrom(graph.protobuf()).toBuilder();
    RoundedToBfloat16 rounding = new RoundedToBfloat16();
    model.getGraph().getNodeList().forEach(rounding::add);
    model.getGraphBuilder().clearNode().addAllNode(rounding.nodes);
    return new OnnxGraph(model.build().toByteArray(), graph.weights(), graph.prefixTokens());
  }

  private void add(NodeProto node) {
    boolean narrows = castsTo(node, DataType.BFLOAT16);
    boolean narrow = narrows || node.getInputList().stream().anyMatch(rounded::contains);
    if (!narrow || castsTo(node, DataType.FLOAT) || node.getOpType().equals("Shape")) {
      nodes.add(node);
      return;
    }
    NodeProto.Builder exact = node.toBuilder();
    for (int i = 0; i < node.getOutputCount(); i++) {
      String output = node.getOutput(i);
      if (!output.isEmpty()) {
        exact.setOutput(i, output + ".exact");
      }
    }
    if (!narrows) {
      nodes.add(exact.build());
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      if (!node.getOutput(i).isEmpty()) {
        round(narrows ? node.getInput(0) : exact.getOutput(i), node.getOutput(i));
      }
    }
  }

  private void round(String value, String output) {
    nodes.add(cast(value, output + ".bfloat16", DataType.BFLOAT16));
    nodes.add(cast(output + ".bfloat16", output, DataType.FLOAT));
    rounded.add(output);
  }

  private static boolean castsTo(NodeProto node, DataType type) {
    return node.getOpType().equals("Cast") && node.getAttribute(0).getI() == type.getNumber();
  }

  private static NodeProto cast(String value, String output, DataType type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .addInput(value)
        .addOutput(output)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeType.INT)
                .setI(type.getNumber()))
        .build();
  }
}
