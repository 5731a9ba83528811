package io.patchstream.model.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Writes an ONNX graph node by node: a method an operator, so that the compiler checks inputs and
 * attributes. ONNX operators are of opset 21, the others of ONNX Runtime's {@code com.microsoft}.
 * Where there is a choice, it is the one for a CPU.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ONNX
 *     Runtime's operators</a>
 */
class GraphBuilder {

  /** The output of a node, an input or a weight. */
  record Value(String name) {}

  /** In place of an optional input that is left out. */
  static final Value NONE = new Value("");

  static final String ONNX = "";
  static final String MICROSOFT = "com.microsoft";

  private static final int OPSET = 21;
  private static final int IR_VERSION = 10;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private int values;

  /** A float input; a dimension is a number, or a name where any number will do. */
  Value input(String name, Object... shape) {
    graph.addInput(info(name, DataType.FLOAT, shape));
    return new Value(name);
  }

  /** An input of indices, int32. */
  Value indices(String name, Object... shape) {
    graph.addInput(info(name, DataType.INT32, shape));
    return new Value(name);
  }

  /** Gives a float value out under a name. */
  void output(String name, Value value, Object... shape) {
    node(ONNX, "Identity", name, List.of(value));
    graph.addOutput(info(name, DataType.FLOAT, shape));
  }

  /**
   * A weight that is handed over beside the protobuf; one of another type is cast when it is
   * loaded.
   */
  Value weight(Weight weight, ElementType type) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(weight.name())
            .setDataType(dataType(weight.type()).getNumber())
            .addAllDims(LongStream.of(weight.shape()).boxed().toList())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            // Never opened: the tensors handed over take its place.
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("weights")));
    Value value = new Value(weight.name());
    return weight.type() == type ? value : cast(value, type);
  }

  /** A constant list of whole numbers, [n]. */
  Value constant(long... numbers) {
    Value value = next("constant");
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(value.name())
            .setDataType(DataType.INT64.getNumber())
            .addDims(numbers.length)
            .addAllInt64Data(LongStream.of(numbers).boxed().toList()));
    return value;
  }

  /** A constant number. */
  Value number(float number) {
    Value value = next("number");
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(value.name())
            .setDataType(DataType.FLOAT.getNumber())
            .addFloatData(number));
    return value;
  }

  Value absolute(Value x) {
    return node(ONNX, "Abs", x);
  }

  Value add(Value a, Value b) {
    return node(ONNX, "Add", a, b);
  }

  /** What a layer gives, and its bias, [out] or {@link #NONE}. */
  Value addBias(Value product, Value bias) {
    return bias.equals(NONE) ? product : add(product, bias);
  }

  /** The tokens, and what a layer adds to them, of the same shape. */
  Value addResidual(Value tokens, Value branch) {
    return add(tokens, branch);
  }

  Value cast(Value x, ElementType type) {
    return cast(x, dataType(type));
  }

  /** To int64. */
  Value castToLong(Value x) {
    return cast(x, DataType.INT64);
  }

  Value concat(int axis, Value... parts) {
    return node(ONNX, "Concat", List.of(parts), integer("axis", axis));
  }

  Value divide(Value a, Value b) {
    return node(ONNX, "Div", a, b);
  }

  /**
   * x · weight + bias, where x is quantised to 8 bits by its own range.
   *
   * @param x float [batch, tokens, in]
   * @param weight int8 [in, out]
   * @param scale of the weight, [out]
   * @param bias [out], or {@link #NONE}
   */
  Value dynamicQuantizeMatMul(Value x, Value weight, Value scale, Value bias) {
    Value zeroPoint = NONE;
    return node(MICROSOFT, "DynamicQuantizeMatMul", x, weight, scale, zeroPoint, bias);
  }

  Value expand(Value value, Value shape) {
    return node(ONNX, "Expand", value, shape);
  }

  /** The entries of the first axis that the indices name. */
  Value gather(Value x, Value indices) {
    return node(ONNX, "Gather", x, indices);
  }

  /** By the error function, or approximated by tanh. */
  Value gelu(Value x, boolean tanh) {
    return node(ONNX, "Gelu", List.of(x), text("approximate", tanh ? "tanh" : "none"));
  }

  /** The larger of two. */
  Value larger(Value a, Value b) {
    return node(ONNX, "Max", a, b);
  }

  /** The largest value along one axis, which stays. */
  Value largest(Value x, int axis) {
    return node(ONNX, "ReduceMax", x, constant(axis));
  }

  /**
   * Over the last axis, of a length. In parts: of ONNX Runtime's kernels for the CPU, those of the
   * parts use its vector instructions and that of the whole does not.
   */
  Value layerNormalization(Value x, int length, Value scale, Value bias, float epsilon) {
    Value centred = node(ONNX, "Sub", x, node(ONNX, "ReduceMean", x, constant(-1)));
    Value squares = node(ONNX, "ReduceSumSquare", centred, constant(-1));
    Value variance = multiply(squares, number(1f / length));
    Value deviation = node(ONNX, "Sqrt", add(variance, number(epsilon)));
    return add(multiply(divide(centred, deviation), scale), bias);
  }

  /** Whether a is less than b, boolean. */
  Value less(Value a, Value b) {
    return node(ONNX, "Less", a, b);
  }

  /** a · bᵀ over the last two axes. */
  Value matMulTransposed(Value a, Value b) {
    return node(MICROSOFT, "FusedMatMul", List.of(a, b), integer("transB", 1));
  }

  /** Scaled dot-product attention of [batch, tokens, D] each, D split evenly over the heads. */
  Value multiHeadAttention(Value query, Value key, Value value, int heads) {
    return node(
        MICROSOFT, "MultiHeadAttention", List.of(query, key, value), integer("num_heads", heads));
  }

  /** a · b over the last two axes. */
  Value matMul(Value a, Value b) {
    return node(ONNX, "MatMul", a, b);
  }

  /** The mean over one axis, which goes. */
  Value mean(Value x, int axis) {
    return node(ONNX, "ReduceMean", List.of(x, constant(axis)), integer("keepdims", 0));
  }

  /** The smaller of two. */
  Value smaller(Value a, Value b) {
    return node(ONNX, "Min", a, b);
  }

  Value multiply(Value a, Value b) {
    return node(ONNX, "Mul", a, b);
  }

  Value negative(Value x) {
    return node(ONNX, "Neg", x);
  }

  /** To int8 without a zero point, by a scale for each entry of an axis. */
  Value quantizeLinear(Value x, Value scale, int axis) {
    return node(
        ONNX,
        "QuantizeLinear",
        List.of(x, scale),
        integer("axis", axis),
        integer("output_dtype", DataType.INT8.getNumber()));
  }

  /** x σ(1.702 x). */
  Value quickGelu(Value x) {
    return node(MICROSOFT, "QuickGelu", List.of(x), real("alpha", 1.702f));
  }

  /** The whole numbers from 0 to before a limit, [limit]; the limit is int64, []. */
  Value range(Value limit) {
    return node(ONNX, "Range", scalar(0), limit, scalar(1));
  }

  Value relu(Value x) {
    return node(ONNX, "Relu", x);
  }

  /**
   * What is there once, [1, ...], as often as another tensor's first axis is long.
   *
   * @param lengths of the other axes
   */
  Value repeat(Value x, Value like, long... lengths) {
    Value times = size(like, 0);
    return expand(x, concat(0, times, constant(lengths)));
  }

  /** Brings to another shape; 0 stands for the same length, -1 for what is left. */
  Value reshape(Value x, long... shape) {
    return node(ONNX, "Reshape", x, constant(shape));
  }

  /** x σ(x). */
  Value silu(Value x) {
    return node(MICROSOFT, "QuickGelu", List.of(x), real("alpha", 1));
  }

  /** The entries {@code from} to before {@code to} of an axis. */
  Value slice(Value x, int axis, long from, long to) {
    return node(ONNX, "Slice", x, constant(from), constant(to), constant(axis));
  }

  Value subtract(Value a, Value b) {
    return node(ONNX, "Sub", a, b);
  }

  Value tanh(Value x) {
    return node(ONNX, "Tanh", x);
  }

  /** Brings what lies along the last axis to length 1. */
  Value unitLength(Value x) {
    return node(ONNX, "LpNormalization", List.of(x), integer("axis", -1), integer("p", 2));
  }

  /** The length of one axis, [1]. */
  Value size(Value value, int axis) {
    return node(ONNX, "Shape", List.of(value), integer("start", axis), integer("end", axis + 1));
  }

  /** The smallest value along one axis, which stays. */
  Value smallest(Value x, int axis) {
    return node(ONNX, "ReduceMin", x, constant(axis));
  }

  /** Drops an axis of length 1. */
  Value squeeze(Value value, int axis) {
    return node(ONNX, "Squeeze", value, constant(axis));
  }

  /** Of a matrix. */
  Value transpose(Value matrix) {
    return node(ONNX, "Transpose", matrix);
  }

  /** A new axis of length 1. */
  Value unsqueeze(Value value, int axis) {
    return node(ONNX, "Unsqueeze", value, constant(axis));
  }

  /** The serialised {@code ModelProto}. */
  byte[] build() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("patchstream")
        .addOpsetImport(opset(ONNX, OPSET))
        .addOpsetImport(opset(MICROSOFT, 1))
        .setGraph(graph.setName("vision_transformer"))
        .build()
        .toByteArray();
  }

  /** Sees to it that a value is there before a node reads it. */
  void beforeItIsRead(Value value) {}

  final Value node(String domain, String operator, Value... inputs) {
    return node(domain, operator, List.of(inputs));
  }

  final Value node(
      String domain, String operator, List<Value> inputs, AttributeProto.Builder... attributes) {
    return node(domain, operator, next(operator).name(), inputs, attributes);
  }

  final Value node(
      String domain,
      String operator,
      String output,
      List<Value> inputs,
      AttributeProto.Builder... attributes) {
    return node(domain, operator, List.of(output), inputs, attributes);
  }

  /** A node of several outputs, of which the first is returned; those without a name are not. */
  final Value node(
      String domain,
      String operator,
      List<String> outputs,
      List<Value> inputs,
      AttributeProto.Builder... attributes) {
    inputs.forEach(this::beforeItIsRead);
    String output = outputs.get(0);
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(output + ".node")
            .setDomain(domain)
            .setOpType(operator)
            .addAllOutput(outputs);
    inputs.forEach(input -> node.addInput(input.name()));
    for (AttributeProto.Builder attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return new Value(output);
  }

  /** Values are numbered: the names of nodes appear in a profile or an error, nowhere else. */
  final Value next(String operator) {
    return new Value(operator + "_" + values++);
  }

  private Value cast(Value x, DataType type) {
    return node(ONNX, "Cast", List.of(x), integer("to", type.getNumber()));
  }

  private Value scalar(long number) {
    Value value = next("scalar");
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(value.name())
            .setDataType(DataType.INT64.getNumber())
            .addInt64Data(number));
    return value;
  }

  private static DataType dataType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
    };
  }

  static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value);
  }

  static AttributeProto.Builder real(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF(value);
  }

  private static AttributeProto.Builder text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value));
  }

  private static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static ValueInfoProto info(String name, DataType type, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object dimension : shape) {
      if (dimension instanceof String any) {
        dimensions.addDimBuilder().setDimParam(any);
      } else {
        dimensions.addDimBuilder().setDimValue(((Number) dimension).longValue());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
