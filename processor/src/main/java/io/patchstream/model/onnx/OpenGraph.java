package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The graph of an ONNX file, open to questions and changes: which node gives a value, which take
 * it, which values do not depend on the image. A value is known by its name.
 */
final class OpenGraph {

  private final ModelProto model;
  private final LinkedList<NodeProto> nodes;
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Set<String> constants = new HashSet<>();

  /**
   * Opens a graph.
   *
   * @param renaming for names that are to become free
   * @throws GraphException if a node takes what no node before it gives
   */
  OpenGraph(ModelProto model, Renaming renaming) throws GraphException {
    this.model = model;
    GraphProto graph = renaming.of(model.getGraph());
    nodes = new LinkedList<>(graph.getNodeList());
    outputs = graph.getOutputList();
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    for (ValueInfoProto input : graph.getInputList()) {
      // Before IR version 4 a weight was an input as well.
      if (!initializers.containsKey(input.getName())) {
        inputs.add(input);
      }
    }
    graph
        .getSparseInitializerList()
        .forEach(sparse -> constants.add(renaming.of(sparse.getValues().getName())));
    constants.addAll(initializers.keySet());
    for (NodeProto node : nodes) {
      requireKnown(node, renaming);
      index(node);
    }
  }

  /** Nodes stand in the order in which they run, so that no value is made of itself. */
  private void requireKnown(NodeProto node, Renaming renaming) throws GraphException {
    for (String input : node.getInputList()) {
      if (!input.isEmpty() && !has(input)) {
        throw new GraphException(
            "node \"%s\" (%s) takes \"%s\", which nothing before it gives"
                .formatted(node.getName(), node.getOpType(), renaming.original(input)));
      }
    }
  }

  private void index(NodeProto node) {
    node.getOutputList().forEach(output -> producers.put(output, node));
    boolean constant =
        is(node, "Constant")
            || node.getInputCount() > 0
                && node.getInputList().stream().allMatch(in -> in.isEmpty() || isConstant(in));
    if (constant) {
      constants.addAll(node.getOutputList());
    }
  }

  /** Whether a node is of ONNX's own operator of that name. */
  static boolean is(NodeProto node, String operator) {
    boolean onnx = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    return onnx && node.getOpType().equals(operator);
  }

  /** Whether a node is of one of ONNX's own operators. */
  static boolean isOf(NodeProto node, Set<String> operators) {
    return operators.stream().anyMatch(operator -> is(node, operator));
  }

  /** An input of a node; empty where it has none there, as ONNX writes one that is left out. */
  static String inputAt(NodeProto node, int index) {
    return 0 <= index && index < node.getInputCount() ? node.getInput(index) : "";
  }

  /** The inputs that are no weights. */
  List<ValueInfoProto> inputs() {
    return inputs;
  }

  List<ValueInfoProto> outputs() {
    return outputs;
  }

  List<NodeProto> nodes() {
    return nodes;
  }

  List<TensorProto> initializers() {
    return List.copyOf(initializers.values());
  }

  /** The node that gives a value; null for an input, an initializer and what is not there. */
  NodeProto producer(String value) {
    return producers.get(value);
  }

  List<NodeProto> consumers(String value) {
    return nodes.stream().filter(node -> node.getInputList().contains(value)).toList();
  }

  boolean has(String value) {
    return producers.containsKey(value)
        || constants.contains(value)
        || inputs.stream().anyMatch(input -> input.getName().equals(value));
  }

  /** Whether a value is the same for all images. */
  boolean isConstant(String value) {
    return constants.contains(value);
  }

  /** The tensor that a value is, an initializer or that of a Constant, as is; otherwise null. */
  TensorProto tensor(String name) {
    String value = name;
    NodeProto node = producers.get(value);
    while (node != null && is(node, "Identity")) {
      value = inputAt(node, 0);
      node = producers.get(value);
    }
    if (node == null) {
      return initializers.get(value);
    }
    AttributeProto attribute = is(node, "Constant") ? attribute(node, "value") : null;
    return attribute == null ? null : attribute.getT();
  }

  static AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** A whole number among a node's attributes. */
  static long number(NodeProto node, String name, long byDefault) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? byDefault : attribute.getI();
  }

  /** A list of whole numbers among a node's attributes; empty where there is none. */
  static List<Long> numbers(NodeProto node, String name) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? List.of() : attribute.getIntsList();
  }

  /** The version of ONNX's own operators. */
  long opset() {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(1);
  }

  /** What is computed in, by the operators, or by most of the weights. */
  String precision() {
    boolean quantised =
        nodes.stream()
            .map(NodeProto::getOpType)
            .anyMatch(type -> type.contains("Quantize") || type.contains("Integer"));
    if (quantised || nodes.stream().anyMatch(node -> node.getOpType().startsWith("QLinear"))) {
      return "int8";
    }
    Map<DataType, Long> elements = new EnumMap<>(DataType.class);
    for (TensorProto tensor : initializers.values()) {
      DataType type = ElementTypes.of(tensor.getDataType());
      elements.merge(type, ElementTypes.elements(tensor), Long::sum);
    }
    long wide = elements.getOrDefault(DataType.FLOAT, 0L);
    if (elements.getOrDefault(DataType.FLOAT16, 0L) > wide) {
      return "fp16";
    }
    return elements.getOrDefault(DataType.BFLOAT16, 0L) > wide ? "bf16" : "fp32";
  }

  /** Takes a constant away: what took it takes what is put in its place under the same name. */
  void removeConstant(String value) {
    initializers.remove(value);
    nodes.remove(producers.remove(value));
    constants.remove(value);
  }

  /** Puts a node before all others; it may take inputs and initializers. */
  void addFirst(NodeProto node) {
    nodes.addFirst(node);
    index(node);
  }

  void addLast(NodeProto node) {
    nodes.addLast(node);
    index(node);
  }

  void addInitializer(TensorProto tensor) {
    initializers.put(tensor.getName(), tensor);
    constants.add(tensor.getName());
  }

  /** Drops all nodes and initializers that none of the values are made of. */
  void keepWhatMakes(Set<String> values) {
    Set<String> needed = new HashSet<>(values);
    for (var latestFirst = nodes.listIterator(nodes.size()); latestFirst.hasPrevious(); ) {
      NodeProto node = latestFirst.previous();
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        need(node, needed);
      } else {
        latestFirst.remove();
      }
    }
    initializers.keySet().retainAll(needed);
  }

  /** A node in a branch or a loop may take values of the graph around it. */
  private static void need(NodeProto node, Set<String> needed) {
    needed.addAll(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      needAll(attribute.getG(), needed);
      attribute.getGraphsList().forEach(graph -> needAll(graph, needed));
    }
  }

  private static void needAll(GraphProto graph, Set<String> needed) {
    graph.getNodeList().forEach(node -> need(node, needed));
    graph.getOutputList().forEach(output -> needed.add(output.getName()));
  }

  /**
   * The model as it has become. What the file says of the values in between is left out: it need
   * not be true any more, and ONNX Runtime infers it.
   *
   * @param tensors the initializers, as they are to be written
   */
  ModelProto model(
      List<ValueInfoProto> inputs, List<ValueInfoProto> outputs, List<TensorProto> tensors) {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName(model.getGraph().getName())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllNode(nodes)
            .addAllInitializer(tensors)
            .addAllSparseInitializer(model.getGraph().getSparseInitializerList())
            .build();
    return model.toBuilder().clearTrainingInfo().setGraph(graph).build();
  }
}
