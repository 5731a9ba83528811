package io.patchstream.model.timm;

import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Which of timm's tensors is which weight. What the first block has (biases, layer scale, norms of
 * query and key), all must have.
 */
final class TimmWeights {

  private final VisionTransformer model;
  private final WeightMapping weights;
  private final long d;
  private final boolean qkvBias;
  private final boolean bias;
  private final boolean layerScale;
  private final boolean headNorms;

  TimmWeights(VisionTransformer model, TensorFile file) {
    this.model = model;
    this.weights = new WeightMapping(file);
    this.d = model.hiddenSize();
    this.qkvBias = weights.has("blocks.0.attn.qkv.bias");
    this.bias = weights.has("blocks.0.attn.proj.bias");
    this.layerScale = weights.has("blocks.0.ls1.gamma");
    this.headNorms = weights.has("blocks.0.attn.q_norm.weight");
  }

  Map<String, Weight> map() throws IOException {
    embedding();
    for (int i = 0; i < model.encoder().layers(); i++) {
      block("blocks." + i, "blocks." + i);
    }
    normIfThere("norm", "norm");
    if (model.output().pooling() == Pooling.ATTENTION) {
      attentionPool("pool", TimmVit.POOL);
    }
    normIfThere("pooled_norm", TimmVit.FINAL_NORM);
    if (model.classes() > 0) {
      head();
    }
    return weights.map();
  }

  private void embedding() {
    long patches = (long) model.gridRows() * model.gridColumns();
    weights.claim(TimmVit.POSITIONS, 1, model.tokens().positioned() + patches, d);
    token("class_token", TimmVit.CLASS_TOKEN, 1);
    token("distillation_token", TimmVit.DISTILLATION_TOKEN, 1);
    int others =
        (weights.has(TimmVit.CLASS_TOKEN) ? 1 : 0)
            + (weights.has(TimmVit.DISTILLATION_TOKEN) ? 1 : 0);
    token("register_tokens", TimmVit.REGISTERS, model.tokens().prefix() - others);
    long p = model.patchSize();
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        TimmVit.PATCHES,
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    // A norm before the blocks, which has a bias itself, makes another one useless.
    if (weights.has("patch_embed.proj.bias") || !weights.has("norm_pre.weight")) {
      weights.tensor("patch_embedding.bias", "patch_embed.proj.bias", d);
    }
    normIfThere("token_norm", "norm_pre");
  }

  private void token(String weight, String tensor, int count) {
    if (weights.has(tensor)) {
      weights.tensor(weight, tensor, 1, count, d);
    }
  }

  private void block(String weight, String block) {
    weights.norm(weight + ".attention_norm", block + ".norm1", d);
    stacked(weight, List.of(".query", ".key", ".value"), block + ".attn.qkv", qkvBias);
    if (headNorms) {
      long head = d / model.encoder().heads();
      weights.norm(weight + ".query_norm", block + ".attn.q_norm", head);
      weights.norm(weight + ".key_norm", block + ".attn.k_norm", head);
    }
    weights.linear(weight + ".attention_output", block + ".attn.proj", d, d, bias);
    weights.norm(weight + ".mlp_norm", block + ".norm2", d);
    mlp(weight, block + ".mlp", model.encoder().activation() == Activation.SWIGLU ? 2 : 1, bias);
    if (layerScale) {
      weights.tensor(weight + ".attention_scale", block + ".ls1.gamma", d);
      weights.tensor(weight + ".mlp_scale", block + ".ls2.gamma", d);
    }
  }

  /** {@code AttentionPoolLatent} */
  private void attentionPool(String weight, String pool) {
    weights.tensor(weight + ".probe", pool + ".latent", 1, 1, d);
    weights.linear(weight + ".query", pool + ".q", d, d);
    stacked(weight, List.of(".key", ".value"), pool + ".kv", true);
    weights.linear(weight + ".attention_output", pool + ".proj", d, d);
    weights.norm(weight + ".mlp_norm", pool + ".norm", d);
    mlp(weight, pool + ".mlp", 1, true);
  }

  private void stacked(String weight, List<String> parts, String tensor, boolean bias) {
    weights.stacked(names(weight, parts, ".weight"), tensor + ".weight", d, d);
    if (bias) {
      weights.stacked(names(weight, parts, ".bias"), tensor + ".bias", d);
    }
  }

  private static List<String> names(String weight, List<String> parts, String what) {
    return parts.stream().map(part -> weight + part + what).toList();
  }

  private void mlp(String weight, String mlp, int halves, boolean bias) {
    long size = model.encoder().mlpSize();
    weights.linear(weight + ".mlp_hidden", mlp + ".fc1", halves * size, d, bias);
    weights.linear(weight + ".mlp_output", mlp + ".fc2", d, size, bias);
  }

  private void normIfThere(String weight, String tensor) {
    if (weights.has(tensor + ".weight")) {
      weights.norm(weight, tensor, d);
    }
  }

  private void head() {
    // Checkpoints of before timm 0.8 keep the layer that was trained on ImageNet-21k.
    if (weights.has("pre_logits.fc.weight")) {
      weights.linear("pre_logits", "pre_logits.fc", d, d);
    }
    weights.linear("head", TimmVit.HEAD, model.classes(), d);
    if (weights.has(TimmVit.DISTILLATION_TOKEN)) {
      weights.linear("distillation_head", "head_dist", model.classes(), d);
    }
  }
}
