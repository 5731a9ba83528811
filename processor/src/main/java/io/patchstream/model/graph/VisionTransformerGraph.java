package io.patchstream.model.graph;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.Precision;
import io.patchstream.model.Target;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.graph.GraphBuilder.Value;
import io.patchstream.model.graph.TokenBatch.Prefix;
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
  private final ElementType type;
  private final GraphBuilder graph;
  private final TokenBatch batch;
  private final Int8Linear int8;
  private final boolean exposesAttention;
  private final Map<String, Value> taken = new HashMap<>();
  private final List<Weight> used = new ArrayList<>();

  /**
   * A graph of the checkpoint, not yet written.
   *
   * @throws IllegalArgumentException if it cannot be had in that form, see {@link #canBeHad}
   */
  public VisionTransformerGraph(Checkpoint checkpoint, Precision precision, Target target) {
    this(checkpoint, precision, target, false);
  }

  /**
   * A graph, in float32 for a CPU, that gives out the queries and keys of all its attention too,
   * which {@link OnnxGraph#queries} names: what the probabilities are made of, which a fused
   * operator keeps to itself. All tokens go through the last block, also those that nobody reads.
   */
  public static VisionTransformerGraph exposingAttention(Checkpoint checkpoint) {
    return new VisionTransformerGraph(checkpoint, Precision.FP32, Target.CPU, true);
  }

  private VisionTransformerGraph(
      Checkpoint checkpoint, Precision precision, Target target, boolean exposesAttention) {
    this.exposesAttention = exposesAttention;
    this.model = checkpoint.description();
    if (!canBeHad(model, precision, target)) {
      throw new IllegalArgumentException(
          "%s has no graph in %s for %s".formatted(model.name(), precision, target));
    }
    this.weights = new HashMap<>(checkpoint.weights());
    this.type =
        switch (precision) {
          case FP32, INT8, INT8_NARROW -> ElementType.FLOAT32;
          case FP16 -> ElementType.FLOAT16;
          case BF16 -> ElementType.BFLOAT16;
        };
    CudaGraphBuilder cuda = target == Target.CPU ? null : new CudaGraphBuilder();
    this.graph = cuda == null ? new GraphBuilder() : cuda;
    this.int8 =
        switch (precision) {
          case INT8 -> new Int8Linear(graph, 8);
          case INT8_NARROW -> new Int8Linear(graph, 7);
          case FP32, FP16, BF16 -> null;
        };
    this.batch =
        target == Target.CUDA_PACKED
            ? new PackedBatch(cuda, model)
            : new SameGridBatch(graph, model, int8 == null ? "batch" : 1);
  }

  /**
   * Whether a model has a graph in that form. Attention pooling, whose query is no token, cannot be
   * packed.
   */
  public static boolean canBeHad(VisionTransformer model, Precision precision, Target target) {
    boolean onCuda = precision == Precision.FP32 || precision.isHalf();
    return switch (target) {
      case CPU -> !precision.isHalf();
      case CUDA -> onCuda;
      case CUDA_PACKED -> onCuda && model.output().pooling() != Pooling.ATTENTION;
    };
  }

  /**
   * Writes the graph; patches are left open, so one graph serves every grid, and so is the batch,
   * but for a precision that takes one image a run. Of halves is what works on all tokens of all
   * blocks; what is added to the patches before, and what is made of the pooled tokens behind, is
   * in float32.
   */
  public OnnxGraph write() {
    Value tokens = narrow(optionalNorm("token_norm", embed()));
    int last = model.encoder().layers() - 1;
    for (int i = 0; i < last; i++) {
      tokens = block("blocks." + i, tokens, tokens);
    }
    if (exposesAttention) {
      tokens = read(block("blocks." + last, tokens, tokens));
    } else {
      // Of the last block only what the pooling reads is computed.
      tokens = block("blocks." + last, tokens, read(tokens));
    }
    tokens = optionalNorm("norm", attentionPools() ? tokens : widen(tokens));
    Value pooled = optionalNorm("pooled_norm", pool(tokens));
    Value embedding = has("projection.weight") ? linear("projection", pooled) : pooled;

    int size = model.output().embeddingSize();
    graph.output(OnnxGraph.CLS_EMBEDDING, embedding, batch.size(), size);
    if (model.classes() > 0) {
      graph.output(OnnxGraph.LOGITS, logits(tokens, embedding), batch.size(), model.classes());
    }
    return new OnnxGraph(graph.build(), List.copyOf(used), model.tokens().prefix());
  }

  /** Embeds patches, puts the prefix tokens in front, adds the positions of those that have one. */
  private Value embed() {
    Value patches = narrow(optionalNorm("patch_norm", batch.patches()));
    Value embedded = widen(linear("patch_embedding", patches));
    Value tokens = optionalNorm("patch_embedding_norm", embedded);
    List<Prefix> prefix =
        PREFIX.stream()
            .filter(weights::containsKey)
            .map(name -> new Prefix(weight(name), (int) weights.get(name).shape()[TOKENS]))
            .toList();
    return batch.assemble(prefix, model.tokens().positioned(), tokens);
  }

  /** The tokens that the pooling reads. */
  private Value read(Value tokens) {
    return switch (model.output().pooling()) {
      case CLASS_TOKEN -> batch.first(tokens, 1);
      case CLASS_AND_DISTILLATION_TOKEN -> batch.first(tokens, 2);
      default -> tokens;
    };
  }

  /** What the embedding is made of, [batch, D]. */
  private Value pool(Value tokens) {
    return switch (model.output().pooling()) {
      case CLASS_TOKEN -> graph.squeeze(tokens, TOKENS);
      case CLASS_AND_DISTILLATION_TOKEN -> token(tokens, 0);
      case CLASS_TOKEN_AND_PATCH_MEAN -> graph.squeeze(batch.first(tokens, 1), TOKENS);
      case PATCH_MEAN -> batch.patchMean(tokens);
      case TOKEN_MEAN -> batch.tokenMean(tokens);
      case ATTENTION -> widen(attentionPool(tokens));
    };
  }

  /** Of those that were read. */
  private Value token(Value tokens, int index) {
    return graph.squeeze(graph.slice(tokens, TOKENS, index, index + 1L), TOKENS);
  }

  private Value attentionPool(Value tokens) {
    int prefix = model.tokens().prefix();
    Value patches = prefix == 0 ? tokens : graph.slice(tokens, TOKENS, prefix, Long.MAX_VALUE);
    Value probe = graph.repeat(weight("pool.probe"), tokens, 1, model.hiddenSize());
    Value pooled = attend("pool", narrow(probe), patches);
    Value attended = linear("pool.attention_output", pooled);
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
      features = graph.concat(1, embedding, batch.patchMean(tokens));
    }
    Value logits = linear("head", features);
    if (model.output().pooling() != Pooling.CLASS_AND_DISTILLATION_TOKEN) {
      return logits;
    }
    Value distilled = linear("distillation_head", token(tokens, 1));
    return graph.multiply(graph.add(logits, distilled), graph.number(0.5f));
  }

  /** One pre-norm block: what it makes of {@code kept}, some or all of {@code tokens}. */
  private Value block(String name, Value tokens, Value kept) {
    boolean some = !kept.equals(tokens);
    Value normed = norm(name + ".attention_norm", tokens);
    Value attended;
    if (some && batch.allAttend()) {
      attended = read(attend(name, normed, normed));
    } else {
      Value queries = some ? norm(name + ".attention_norm", kept) : normed;
      attended = attend(name, queries, normed);
    }
    Value output = linear(name + ".attention_output", attended);
    Value between = graph.addResidual(kept, scaled(name + ".attention_scale", output));
    Value mlp = mlp(name, norm(name + ".mlp_norm", between));
    return graph.addResidual(between, scaled(name + ".mlp_scale", mlp));
  }

  private Value attend(String name, Value queries, Value tokens) {
    Value query = headNorm(name + ".query_norm", linear(name + ".query", queries));
    Value key = headNorm(name + ".key_norm", linear(name + ".key", tokens));
    Value value = linear(name + ".value", tokens);
    if (exposesAttention) {
      // D wide, but for vit-pytorch, whose heads may be wider.
      graph.output(OnnxGraph.queries(name), query, batch.size(), name + ".queried", "width");
      graph.output(OnnxGraph.keys(name), key, batch.size(), name + ".found", "width");
    }
    int heads = model.encoder().heads();
    if (type != ElementType.BFLOAT16) {
      return batch.attend(query, key, value, heads);
    }
    // No fused kernel takes bfloat16 below 256 tokens. What comes of a norm and one linear layer
    // does not need its range.
    ElementType half = ElementType.FLOAT16;
    Value attended =
        batch.attend(
            graph.cast(query, half), graph.cast(key, half), graph.cast(value, half), heads);
    return graph.cast(attended, type);
  }

  /** Normalises each head's part of a token by itself. */
  private Value headNorm(String name, Value x) {
    if (!has(name + ".weight")) {
      return x;
    }
    int heads = model.encoder().heads();
    Value apart = graph.reshape(x, batch.shape(heads, model.hiddenSize() / heads));
    return graph.reshape(norm(name, apart), batch.shape(model.hiddenSize()));
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
    Value gate = graph.slice(hidden, -1, 0, half);
    return graph.multiply(graph.silu(gate), graph.slice(hidden, -1, half, 2L * half));
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
      return graph.addBias(productInParts(name, x), bias);
    }
    boolean transposed = !has(name + ".kernel");
    Value weight = weight(name + (transposed ? ".weight" : ".kernel"));
    if (int8 != null && name.startsWith("blocks.")) {
      return name.endsWith(".mlp_output")
          ? int8.applyToEvenTokens(x, weight, transposed, bias)
          : int8.apply(x, weight, transposed, bias);
    }
    Value product = transposed ? graph.matMulTransposed(x, weight) : graph.matMul(x, weight);
    return graph.addBias(product, bias);
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
          return graph.weight(weight, isNarrow(name) ? type : ElementType.FLOAT32);
        });
  }

  /** Whether a weight meets all tokens, or all patches. */
  private boolean isNarrow(String name) {
    return name.startsWith("patch_embedding.")
        || name.startsWith("blocks.")
        || name.startsWith("pool.") && !name.equals("pool.probe")
        || name.startsWith("norm.") && attentionPools();
  }

  private boolean attentionPools() {
    return model.output().pooling() == Pooling.ATTENTION;
  }

  private Value narrow(Value x) {
    return type == ElementType.FLOAT32 ? x : graph.cast(x, type);
  }

  private Value widen(Value x) {
    return type == ElementType.FLOAT32 ? x : graph.cast(x, ElementType.FLOAT32);
  }
}
