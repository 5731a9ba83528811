package io.patchstream.inference;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import io.patchstream.model.OnnxGraph;
import java.util.List;

/**
 * {@link GreyReader} with a bound on the patches of a run: beyond it, the graph asks for more
 * memory than a machine can address, and the allocation fails as any other that is too large.
 */
final class HungryGreyReader {

  private HungryGreyReader() {}

  /** As {@link GreyReader#graph}, for runs of at most {@code maxPatches} patches in all. */
  static OnnxGraph graph(int patchFloats, int hiddenSize, int classes, int maxPatches) {
    OnnxMl.ModelProto model = parse(GreyReader.graph(patchFloats, hiddenSize, classes));
    OnnxMl.ModelProto.Builder hungry = model.toBuilder();
    OnnxMl.GraphProto.Builder graph = hungry.getGraphBuilder();
    OnnxMl.NodeProto.Builder last = graph.getNodeBuilder(graph.getNodeCount() - 1);
    last.setName("frugal").setOutput(0, "frugal");
    graph
        .addInitializer(number("first", 0))
        .addInitializer(number("second", 1))
        .addInitializer(number("none", 0))
        .addInitializer(number("at_least", 1))
        .addInitializer(number("limit", maxPatches))
        .addInitializer(number("absurd", 1L << 46))
        .addNode(node("Shape", "shape", OnnxGraph.PATCHES))
        .addNode(node("Gather", "images", "shape", "first"))
        .addNode(node("Gather", "patches_of_one", "shape", "second"))
        .addNode(node("Mul", "patches_in_all", "images", "patches_of_one"))
        .addNode(node("Sub", "difference", "patches_in_all", "limit"))
        .addNode(node("Max", "beyond", "difference", "none"))
        .addNode(node("Mul", "floats_beyond", "beyond", "absurd"))
        .addNode(node("Add", "floats", "floats_beyond", "at_least"))
        .addNode(node("Expand", "memory", "single", "floats"))
        .addNode(node("ReduceMax", "nothing", "memory"))
        .addNode(node("Add", OnnxGraph.LOGITS, "frugal", "nothing"));
    return new OnnxGraph(hungry.build().toByteArray(), List.of());
  }

  private static OnnxMl.ModelProto parse(OnnxGraph graph) {
    try {
      return OnnxMl.ModelProto.parseFrom(graph.protobuf());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OnnxMl.NodeProto.Builder node(String type, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  /** A list of one whole number. */
  private static OnnxMl.TensorProto number(String name, long value) {
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.INT64.getNumber())
        .addDims(1)
        .addInt64Data(value)
        .build();
  }
}
