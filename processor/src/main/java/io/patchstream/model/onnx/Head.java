package io.patchstream.model.onnx;

import static io.patchstream.model.onnx.OpenGraph.inputAt;
import static io.patchstream.model.onnx.OpenGraph.is;
import static io.patchstream.model.onnx.OpenGraph.isOf;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The end of a classifier: its logits, and the linear layer that reads the embedding. That is the
 * last one on the way to the logits; where a head of several layers follows a pooling, its first,
 * so that the embedding is what was pooled.
 *
 * @param logits the value, [batch, classes]
 * @param activation what the file makes of them, which is left out; softmax where it makes nothing
 * @param last the linear layer that gives the logits; null if none is found
 * @param first the linear layer that reads the embedding; null if none is found
 * @param pooledAfter whether what the last layer gives is pooled on its way to the logits
 */
record Head(
    String logits, OutputActivation activation, Linear last, Linear first, boolean pooledAfter) {

  private static final Set<String> ELEMENTWISE =
      Set.of("Identity", "Cast", "Add", "Sub", "Mul", "Div", "QuantizeLinear", "DequantizeLinear");
  private static final Set<String> RESHAPING = Set.of("Flatten", "Reshape", "Squeeze");
  private static final Set<String> POOLING =
      Set.of("GlobalAveragePool", "ReduceMean", "Gather", "Slice");

  /** What stands between the layers of a head: activations, and a LayerNorm and its parts. */
  private static final Set<String> BETWEEN_LAYERS =
      Set.of(
          "Relu",
          "Gelu",
          "Tanh",
          "Sigmoid",
          "HardSwish",
          "HardSigmoid",
          "Clip",
          "Erf",
          "Pow",
          "Sqrt",
          "LayerNormalization",
          "Dropout");

  /** Looks backwards from an output. */
  static Head of(OpenGraph graph, String output) {
    String logits = output;
    OutputActivation activation = OutputActivation.SOFTMAX;
    NodeProto node = graph.producer(logits);
    while (node != null && isOf(node, Set.of("Identity", "Softmax", "LogSoftmax", "Sigmoid"))) {
      activation = is(node, "Sigmoid") ? OutputActivation.SIGMOID : activation;
      logits = inputAt(node, 0);
      node = graph.producer(logits);
    }
    Search behindLogits =
        new Search(
            graph,
            before ->
                isOf(before, ELEMENTWISE) || isOf(before, RESHAPING) || isOf(before, POOLING));
    Linear last = behindLogits.linear(logits);
    if (last == null) {
      return new Head(logits, activation, null, null, false);
    }
    boolean pooledAfter =
        behindLogits.passed.stream().anyMatch(passed -> !isOf(passed, ELEMENTWISE));
    return new Head(logits, activation, last, first(graph, last), pooledAfter);
  }

  private static Linear first(OpenGraph graph, Linear last) {
    Search withinHead = new Search(graph, Head::isWithinHead);
    Linear first = last;
    for (Linear before = last; before != null; before = withinHead.linear(before.input())) {
      first = before;
    }
    return isPooled(graph, first.input()) ? first : last;
  }

  private static boolean isPooled(OpenGraph graph, String value) {
    NodeProto node = graph.producer(value);
    while (node != null && (isOf(node, RESHAPING) || isWithinHead(node))) {
      node = graph.producer(inputAt(node, 0));
    }
    return node != null && isOf(node, POOLING);
  }

  private static boolean isWithinHead(NodeProto node) {
    boolean partOfNorm =
        is(node, "ReduceMean") && OpenGraph.numbers(node, "axes").equals(List.of(-1L));
    return partOfNorm || isOf(node, ELEMENTWISE) || isOf(node, BETWEEN_LAYERS);
  }

  /** A search backwards, first inputs first, over each node once. */
  private static final class Search {

    private final OpenGraph graph;
    private final Predicate<NodeProto> passable;
    private final Set<String> seen = new HashSet<>();
    private final Deque<NodeProto> passed = new ArrayDeque<>();

    Search(OpenGraph graph, Predicate<NodeProto> passable) {
      this.graph = graph;
      this.passable = passable;
    }

    /**
     * The nearest linear layer; of two heads that are averaged the first. Null if there is none.
     */
    Linear linear(String from) {
      Deque<String> toVisit = new ArrayDeque<>(List.of(from));
      while (!toVisit.isEmpty()) {
        String value = toVisit.pop();
        NodeProto node = graph.producer(value);
        if (node == null || !seen.add(value)) {
          continue;
        }
        Linear linear = Linear.of(graph, node);
        if (linear != null) {
          return linear;
        }
        if (passable.test(node)) {
          passed.add(node);
          for (int i = node.getInputCount() - 1; i >= 0; i--) {
            if (!graph.isConstant(inputAt(node, i))) {
              toVisit.push(inputAt(node, i));
            }
          }
        }
      }
      return null;
    }
  }
}
