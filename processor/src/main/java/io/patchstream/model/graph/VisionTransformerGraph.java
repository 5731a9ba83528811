package io.patchstream.model.graph;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.Precision;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Vision Transformer as an ONNX graph: patches and positions in, logits and embedding out. */
public final class VisionTransformerGraph {

  private static final int TOKENS = 1;
  private static final List<String> PREFIX =
      List.of("class_token", "distillation_token", "register_tokens");

  private final VisionTransformer model;
  private final Map<String, Weight> weights;
  private final GraphBuilder graph = new GraphBuilder();
  private final Int8Linear int8;
  private final Map<String, Value> taken = new HashMap<>();
  private final List<Weight> used = new ArrayList<>();

  /** A graph of the checkpoint, not yet written. */
  public VisionTransformerGraph(Checkpoint checkpoint, Precision precision) {
    this.model = checkpoint.description();
    this.weights = new HashMap<>(checkpoint.weights());
    this.int8 =
        switch (precision) {
          case FP32 -> null;
          case INT8 -> new Int8Linear(graph, 8);
          case INT8_NARROW -> new Int8Linear(graph, 7);
        };
  }

  /**
   * Writes the graph; patches are left open, so one graph serves every grid, and so is the batch,
   * but for a precision that takes one image a run.
   */
  public OnnxGraph write() {
    Object batch = int8 == null ? "batch" : 1;
    Value patches = graph.input(OnnxGraph.PATCHES, batch, "patches", model.patchLength());
    Value positions =
        graph.input(OnnxGraph.POSITION_EMBEDDINGS, 1, "positions", model.hiddenSize());

    Value tokens = optionalNorm("token_norm", embed(patches, positions));
    int last = model.encoder().layers() - 1;
    for (int i = 0; i < last; i++) {
      tokens = block("blocks." + i, tokens, tokens);
    }
    // Of the last block only what the pooling reads is computed.
    tokens = optionalNorm("norm", block("blocks." + last, tokens, read(tokens)));
    Value pooled = optionalNorm("pooled_norm", pool(tokens));
    Value embedding = has("projection.weight") ? linear("projection", pooled) : pooled;

    int size = model.output().embeddingSize();
    graph.output(OnnxGraph.CLS_EMBEDDING, embedding, batch, size);
    if (model.classes() > 0) {
      graph.output(OnnxGraph.LOGITS, logits(tokens, embedding), batch, model.classes());
    }
    return new OnnxGraph(graph.build(), List.copyOf(used));
  }

  /** Embeds patches, puts the prefix tokens in front, adds the positions of those that have one. */
  private Value embed(Value patches, Value positions) {
    Value embedded = linear("patch_embedding", optionalNorm("patch_norm", patches));
    Value tokens = optionalNorm("patch_embedding_norm", embedded);
    List<Value> prefix = prefix(patches);
    int positioned = 0;
    for (int count = 0; count < model.tokens().positioned(); positioned++) {
      count += length(presentPrefix().get(positioned));
    }
    tokens = graph.add(before(prefix.subList(0, positioned), tokens), positions);
    if (positioned == prefix.size()) {
      return tokens;
    }
    return insert(prefix.subList(positioned, prefix.size()), tokens);
  }

  /** Tokens without a position go between those that have one and the patches. */
  private Value insert(List<Value> prefix, Value tokens) {
    int positioned = model.tokens().positioned();
    if (positioned == 0) {
      return before(prefix, tokens);
    }
    List<Value> parts = new ArrayList<>(prefix);
    parts.add(0, graph.slice(tokens, TOKENS, 0, positioned));
    parts.add(graph.slice(tokens, TOKENS, positioned, Long.MAX_VALUE));
    return graph.concat(TOKENS, parts.toArray(Value[]::new));
  }

  private Value before(List<Value> prefix, Value tokens) {
    if (prefix.isEmpty()) {
      return tokens;
    }
    List<Value> parts = new ArrayList<>(prefix);
    parts.add(tokens);
    return graph.concat(TOKENS, parts.toArray(Value[]::new));
  }

  /** The prefix tokens, once an image of the batch. */
  private List<Value> prefix(Value patches) {
    List<Value> prefix = new ArrayList<>();
    for (String name : presentPrefix()) {
      prefix.add(repeated(weight(name), length(name), patches));
    }
    return prefix;
  }

  private List<String> presentPrefix() {
    return PREFIX.stream().filter(weights::containsKey).toList();
  }

  private int length(String prefix) {
    return (int) weights.get(prefix).shape()[TOKENS];
  }

  /** Tokens [1, count, D], once an image of the batch. */
  private Value repeated(Value tokens, int count, Value batch) {
    Value images = graph.size(batch, 0);
    Value shape = graph.concat(0, images, graph.constant(count, model.hiddenSize()));
    return graph.expand(tokens, shape);
  }

  /** The tokens that the pooling reads. */
  private Value read(Value tokens) {
    return switch (model.output().pooling()) {
      case CLASS_TOKEN -> graph.slice(tokens, TOKENS, 0, 1);
      case CLASS_AND_DISTILLATION_TOKEN -> graph.slice(tokens, TOKENS, 0, 2);
      default -> tokens;
    };
  }

  /** What the embedding is made of, [batch, D]. */
  private Value pool(Value tokens) {
    return switch (model.output().pooling()) {
      case CLASS_TOKEN -> graph.squeeze(tokens, TOKENS);
      case CLASS_AND_DISTILLATION_TOKEN, CLASS_TOKEN_AND_PATCH_MEAN -> token(tokens, 0);
      case PATCH_MEAN -> patchMean(tokens);
      case TOKEN_MEAN -> graph.mean(tokens, TOKENS);
      case ATTENTION -> attentionPool(tokens);
    };
  }

  private Value token(Value tokens, int index) {
    return graph.squeeze(graph.slice(tokens, TOKENS, index, index + 1L), TOKENS);
  }

  private Value patchMean(Value tokens) {
    return graph.mean(patches(tokens), TOKENS);
  }

  private Value patches(Value tokens) {
    return graph.slice(tokens, TOKENS, model.tokens().prefix(), Long.MAX_VALUE);
  }

  private Value attentionPool(Value tokens) {
    Value patches = model.tokens().prefix() == 0 ? tokens : patches(tokens);
    Value probe = repeated(weight("pool.probe"), 1, tokens);
    Value attended = attention("pool", probe, patches);
    Value mlp = mlp("pool", norm("pool.mlp_norm", attended));
    return graph.squeeze(graph.add(attended, mlp), TOKENS);
  }

  private Value logits(Value tokens, Value embedding) {
    if (has("label_embeddings.weight")) {
      return linear("label_embeddings", graph.unitLength(embedding));
    }
    Value features = embedding;
    if (has("pre_logits.weight") || has("pre_logits.kernel")) {
      features = graph.tanh(linear("pre_logits", embedding));
    } else if (model.output().pooling() == Pooling.CLASS_TOKEN_AND_PATCH_MEAN) {
      features = graph.concat(1, embedding, patchMean(tokens));
    }
    Value logits = linear("head", features);
    if (model.output().pooling() != Pooling.CLASS_AND_DISTILLATION_TOKEN) {
      return logits;
    }
    Value distilled = linear("distillation_head", token(tokens, 1));
    return graph.multiply(graph.add(logits, distilled), graph.number(0.5f));
  }

  /** One pre-norm block: what it makes of {@code queries}, some or all of {@code tokens}. */
  private Value block(String name, Value tokens, Value queries) {
    Value normed = norm(name + ".attention_norm", tokens);
    Value normedQueries = queries.equals(tokens) ? normed : norm(name + ".attention_norm", queries);
    Value attended = attention(name, normedQueries, normed);
    Value between = graph.add(queries, scaled(name + ".attention_scale", attended));
    Value mlp = mlp(name, norm(name + ".mlp_norm", between));
    return graph.add(between, scaled(name + ".mlp_scale", mlp));
  }

  private Value attention(String name, Value queries, Value tokens) {
    Value attended =
        graph.multiHeadAttention(
            headNorm(name + ".query_norm", linear(name + ".query", queries)),
            headNorm(name + ".key_norm", linear(name + ".key", tokens)),
            linear(name + ".value", tokens),
            model.encoder().heads());
    return linear(name + ".attention_output", attended);
  }

  /** Normalises each head's part of a token by itself. */
  private Value headNorm(String name, Value x) {
    if (!has(name + ".weight")) {
      return x;
    }
    int heads = model.encoder().heads();
    Value apart = graph.reshape(x, 0, 0, heads, model.hiddenSize() / heads);
    return graph.reshape(norm(name, apart), 0, 0, model.hiddenSize());
  }

  private Value mlp(String name, Value x) {
    Value hidden = linear(name + ".mlp_hidden", x);
    Value activated =
        switch (model.encoder().activation()) {
          case GELU -> graph.gelu(hidden, false);
          case GELU_TANH -> graph.gelu(hidden, true);
          case QUICK_GELU -> graph.quickGelu(hidden);
          case RELU -> graph.relu(hidden);
          case SWIGLU -> swiglu(hidden);
        };
    return linear(name + ".mlp_output", activated);
  }

  private Value swiglu(Value hidden) {
    int half = model.encoder().mlpSize();
    Value gate = graph.slice(hidden, 2, 0, half);
    return graph.multiply(graph.silu(gate), graph.slice(hidden, 2, half, 2L * half));
  }

  private Value scaled(String name, Value x) {
    return has(name) ? graph.multiply(x, weight(name)) : x;
  }

  private Value optionalNorm(String name, Value x) {
    return has(name + ".weight") ? norm(name, x) : x;
  }

  private Value norm(String name, Value x) {
    Value scale = weight(name + ".weight");
    int length = (int) weights.get(name + ".weight").shape()[0];
    return graph.layerNormalization(
        x, length, scale, weight(name + ".bias"), model.encoder().layerNormEpsilon());
  }

  private Value linear(String name, Value x) {
    Value bias = has(name + ".bias") ? weight(name + ".bias") : GraphBuilder.NONE;
    if (has(name + ".weight.0")) {
      return graph.addUnlessNone(productInParts(name, x), bias);
    }
    boolean transposed = !has(name + ".kernel");
    Value weight = weight(name + (transposed ? ".weight" : ".kernel"));
    if (int8 != null && name.startsWith("blocks.")) {
      return name.endsWith(".mlp_output")
          ? int8.applyToEvenTokens(x, weight, transposed, bias)
          : int8.apply(x, weight, transposed, bias);
    }
    Value product = transposed ? graph.matMulTransposed(x, weight) : graph.matMul(x, weight);
    return graph.addUnlessNone(product, bias);
  }

  /** With a weight that is too large for one buffer: each part has some of the rows. */
  private Value productInParts(String name, Value x) {
    List<Value> parts = new ArrayList<>();
    while (has(name + ".weight." + parts.size())) {
      parts.add(graph.matMulTransposed(x, weight(name + ".weight." + parts.size())));
    }
    return graph.concat(-1, parts.toArray(Value[]::new));
  }

  private boolean has(String name) {
    return weights.containsKey(name);
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
