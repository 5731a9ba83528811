package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Gives the graph of a file the inputs and outputs of an {@link OnnxGraph}, and takes the weights
 * out of it. Operators, opset and IR version stay those of the file.
 */
final class Surgery {

  /** The file gives up the names that inputs and outputs are to have. */
  static final Renaming RENAMING =
      new Renaming(
          Set.of(
              OnnxGraph.PIXEL_VALUES,
              OnnxGraph.POSITION_EMBEDDINGS,
              OnnxGraph.LOGITS,
              OnnxGraph.CLS_EMBEDDING));

  /** What is smaller stays in the protobuf; shapes are, which ONNX Runtime reads there. */
  private static final int SMALLEST_WEIGHT = 1024;

  private static final int LARGEST_NUMBERS = 64 << 20;
  private static final String OURS = "patchstream.";
  private static final int REDUCE_MEAN_TAKES_AXES = 18;

  private final OnnxFile file;
  private final OpenGraph graph;
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final Object batch;
  private long parameters;

  /**
   * Nothing is changed yet.
   *
   * @param oneARun whether images go through it one by one
   */
  Surgery(OnnxFile file, OpenGraph graph, boolean oneARun) {
    this.file = file;
    this.graph = graph;
    this.batch = oneARun ? 1 : "batch";
  }

  /** The image comes as {@link OnnxGraph#PIXEL_VALUES}. */
  void takePixels(ImageInput image) {
    Object height = image.height() == 0 ? "height" : image.height();
    Object width = image.width() == 0 ? "width" : image.width();
    inputs.add(info(OnnxGraph.PIXEL_VALUES, batch, 3, height, width));
    if (image.channelsLast()) {
      String planes = OURS + "planes";
      graph.addFirst(
          node("Transpose", planes, image.value())
              .addAttribute(numbers("perm", 0, 2, 3, 1))
              .build());
      graph.addFirst(cast(OnnxGraph.PIXEL_VALUES, planes, image.type()));
    } else {
      graph.addFirst(cast(OnnxGraph.PIXEL_VALUES, image.value(), image.type()));
    }
  }

  /** Positions come as {@link OnnxGraph#POSITION_EMBEDDINGS}. */
  void takePositions(PositionTable table) {
    DataType type = ElementTypes.of(graph.tensor(table.value()).getDataType());
    parameters += (long) table.tokens() * table.length();
    graph.removeConstant(table.value());
    inputs.add(info(OnnxGraph.POSITION_EMBEDDINGS, 1, "positions", table.length()));
    graph.addFirst(cast(OnnxGraph.POSITION_EMBEDDINGS, table.value(), type));
  }

  /** Logits go out as {@link OnnxGraph#LOGITS}. */
  void giveLogits(String value, int classes) {
    outputs.add(info(OnnxGraph.LOGITS, batch, classes));
    graph.addLast(cast(value, OnnxGraph.LOGITS, DataType.FLOAT));
  }

  /** A value [batch, E] goes out as {@link OnnxGraph#CLS_EMBEDDING}. */
  void giveEmbedding(String value, int size) {
    outputs.add(info(OnnxGraph.CLS_EMBEDDING, batch, size));
    graph.addLast(cast(value, OnnxGraph.CLS_EMBEDDING, DataType.FLOAT));
  }

  /** As above, of [batch, ..., E]: the mean of an image's vectors. */
  void giveMeanEmbedding(String value, int size) {
    graph.addInitializer(numbers(OURS + "vectors", new long[] {0, -1, size}));
    NodeProto reshape = node("Reshape", value, OURS + "rows").addInput(OURS + "vectors").build();
    NodeProto.Builder mean =
        node("ReduceMean", OURS + "rows", OURS + "mean").addAttribute(number("keepdims", 0));
    if (graph.opset() < REDUCE_MEAN_TAKES_AXES) {
      mean.addAttribute(numbers("axes", 1));
    } else {
      graph.addInitializer(numbers(OURS + "axis", new long[] {1}));
      mean.addInput(OURS + "axis");
    }
    graph.addLast(reshape);
    graph.addLast(mean.build());
    giveEmbedding(OURS + "mean", size);
  }

  /** As above, of [batch, E, height, width]: the mean of an image's pixels. */
  void giveMeanOfPlanes(String value, int size) {
    graph.addLast(node("GlobalAveragePool", value, OURS + "pooled").build());
    graph.addLast(node("Flatten", OURS + "pooled", OURS + "mean").build());
    giveEmbedding(OURS + "mean", size);
  }

  /**
   * The graph as it has become.
   *
   * @throws ModelException if a weight is damaged
   */
  OnnxGraph close() throws ModelException, IOException {
    graph.keepWhatMakes(Set.copyOf(outputs.stream().map(ValueInfoProto::getName).toList()));
    List<Weight> weights = new ArrayList<>();
    List<TensorProto> tensors = new ArrayList<>();
    for (TensorProto tensor : graph.initializers()) {
      if (ElementTypes.isTrained(tensor.getDataType())) {
        parameters += ElementTypes.elements(tensor);
      }
      tensors.add(takeOut(tensor, weights));
    }
    return new OnnxGraph(graph.model(inputs, outputs, tensors).toByteArray(), weights);
  }

  /** How many trained numbers were found, those of positions among them. */
  long parameters() {
    return parameters;
  }

  /** A large weight becomes one that is handed over; what lies in another file comes in. */
  private TensorProto takeOut(TensorProto tensor, List<Weight> weights)
      throws ModelException, IOException {
    ByteBuffer data = file.data(tensor);
    Optional<ElementType> type = ElementTypes.ofWeight(tensor.getDataType());
    if (data != null && type.isPresent() && data.remaining() >= SMALLEST_WEIGHT) {
      long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
      weights.add(new Weight(tensor.getName(), type.get(), shape, data));
      return outside(tensor);
    }
    if (tensor.getDataLocation() != DataLocation.EXTERNAL) {
      return tensor;
    }
    if (data.remaining() > LARGEST_NUMBERS) {
      throw file.wrong(tensor, "is not floating point, and too large to be taken into the graph");
    }
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(ByteString.copyFrom(data))
        .build();
  }

  private static TensorProto outside(TensorProto tensor) {
    return TensorProto.newBuilder()
        .setName(tensor.getName())
        .setDataType(tensor.getDataType())
        .addAllDims(tensor.getDimsList())
        .setDataLocation(DataLocation.EXTERNAL)
        // Never opened: the tensor handed over takes its place.
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("weights"))
        .build();
  }

  private static NodeProto cast(String from, String to, DataType type) {
    return node("Cast", from, to).addAttribute(number("to", type.getNumber())).build();
  }

  private static NodeProto.Builder node(String operator, String input, String output) {
    return NodeProto.newBuilder()
        .setName(OURS + output)
        .setOpType(operator)
        .addInput(input)
        .addOutput(output);
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto numbers(String name, Integer... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    List.of(values).forEach(attribute::addInts);
    return attribute.build();
  }

  private static TensorProto numbers(String name, long[] values) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.INT64.getNumber())
        .addDims(values.length)
        .addAllInt64Data(LongStream.of(values).boxed().toList())
        .build();
  }

  /** A float input or output; a dimension is a number, or a name where any number will do. */
  private static ValueInfoProto info(String name, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object dimension : shape) {
      if (dimension instanceof String any) {
        dimensions.addDimBuilder().setDimParam(any);
      } else {
        dimensions.addDimBuilder().setDimValue((Integer) dimension);
      }
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(dimensions);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
