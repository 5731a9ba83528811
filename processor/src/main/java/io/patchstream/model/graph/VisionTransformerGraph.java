package io.patchstream.model.graph;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Vision Transformer as an ONNX graph: patches and positions in, logits and embedding out. */
public final class VisionTransformerGraph {

  private final VisionTransformer model;
  private final Map<String, Weight> weights;
  private final GraphBuilder graph = new GraphBuilder();
  private final Map<String, Value> taken = new HashMap<>();
  private final List<Weight> used = new ArrayList<>();

  /** A graph of the checkpoint, not yet written. */
  public VisionTransformerGraph(Checkpoint checkpoint) {
    this.model = checkpoint.description();
    this.weights = new HashMap<>(checkpoint.weights());
  }

  /** Writes the graph; batch and patches are left open, so one graph serves every grid. */
  public OnnxGraph write() {
    int d = model.hiddenSize();
    Value patches = graph.input(OnnxGraph.PATCHES, "batch", "patches", model.patchLength());
    Value positions = graph.input(OnnxGraph.POSITION_EMBEDDINGS, 1, "tokens", d);

    Value tokens = embed(patches, positions);
    int last = model.layers() - 1;
    for (int i = 0; i < last; i++) {
      tokens = block("blocks." + i, tokens, tokens);
    }
    // Of the last block only the class token is read, so only the class token is computed.
    Value classToken = block("blocks." + last, tokens, graph.first(tokens, 1));
    Value embedding = graph.squeeze(norm("norm", classToken), 1);

    graph.output(OnnxGraph.CLS_EMBEDDING, embedding, "batch", d);
    graph.output(OnnxGraph.LOGITS, linear("head", embedding), "batch", model.classes());
    return new OnnxGraph(graph.build(), List.copyOf(used));
  }

  /** Projects patches to tokens, puts the class token in front, adds the positions. */
  private Value embed(Value patches, Value positions) {
    Value tokens = linear("patch_embedding", patches);
    Value shape = graph.concat(0, graph.size(patches, 0), graph.constant(1, model.hiddenSize()));
    Value classTokens = graph.expand(weight("class_token"), shape);
    return graph.add(graph.concat(1, classTokens, tokens), positions);
  }

  /** One pre-norm block: what it makes of {@code queries}, some or all of {@code tokens}. */
  private Value block(String name, Value tokens, Value queries) {
    Value attended = graph.add(queries, attention(name, tokens, queries));
    return graph.add(attended, mlp(name, norm(name + ".mlp_norm", attended)));
  }

  private Value attention(String name, Value tokens, Value queries) {
    Value normed = norm(name + ".attention_norm", tokens);
    Value normedQueries = queries.equals(tokens) ? normed : norm(name + ".attention_norm", queries);
    Value attended =
        graph.multiHeadAttention(
            qkv(name + ".query", normedQueries),
            qkv(name + ".key", normed),
            qkv(name + ".value", normed),
            model.heads());
    return linear(name + ".attention_output", attended);
  }

  private Value qkv(String name, Value x) {
    return model.qkvBias() ? linear(name, x) : product(name, x);
  }

  private Value mlp(String name, Value x) {
    Value hidden = linear(name + ".mlp_hidden", x);
    Value activated =
        switch (model.activation()) {
          case GELU -> graph.gelu(hidden, false);
          case GELU_TANH -> graph.gelu(hidden, true);
          case RELU -> graph.relu(hidden);
        };
    return linear(name + ".mlp_output", activated);
  }

  private Value norm(String name, Value x) {
    return graph.layerNormalization(
        x, weight(name + ".weight"), weight(name + ".bias"), model.layerNormEpsilon());
  }

  private Value linear(String name, Value x) {
    return graph.add(product(name, x), weight(name + ".bias"));
  }

  private Value product(String name, Value x) {
    return graph.matMulTransposed(x, weight(name + ".weight"));
  }

  /** Takes a weight into the graph, once: only what a node uses may be handed over. */
  private Value weight(String name) {
    return taken.computeIfAbsent(
        name,
        untaken -> {
          Weight weight = weights.get(name);
          if (weight == null) {
            throw new IllegalStateException("the checkpoint was read without weight " + name);
          }
          used.add(weight);
          return graph.weight(weight);
        });
  }
}
