package io.patchstream.model.huggingface;

import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.WeightMapping;
import java.util.List;

/**
 * Where ViT keeps its tensors, and after it DeiT, ViT-MAE and, but for the rest of its blocks,
 * DINOv2.
 *
 * @param prefix of all of them: the attribute of the model within the one with a head, and a dot
 * @param qkvBias whether query, key and value have a bias
 */
record VitTensors(WeightMapping weights, String prefix, VisionTransformer model, boolean qkvBias) {

  /**
   * Takes the prefix that the file's tensors have.
   *
   * @param withHead the prefix; a model that was saved without a head has none
   */
  static VitTensors of(
      WeightMapping weights, String withHead, VisionTransformer model, boolean qkvBias) {
    String prefix = weights.has("embeddings.cls_token") ? "" : withHead;
    return new VitTensors(weights, prefix, model, qkvBias);
  }

  /** The tensor of the position table. */
  String positions() {
    return prefix + "embeddings.position_embeddings";
  }

  /** All that comes before the blocks and after them. */
  void mapAround() {
    long d = model.hiddenSize();
    long p = model.patchSize();
    long patches = (long) model.gridRows() * model.gridColumns();
    weights.claim(positions(), 1, model.tokens().positioned() + patches, d);
    weights.tensor("class_token", prefix + "embeddings.cls_token", 1, 1, d);
    // A convolution whose stride is its size is a linear layer over flattened patches.
    String projection = prefix + "embeddings.patch_embeddings.projection";
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        projection + ".weight",
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    weights.tensor("patch_embedding.bias", projection + ".bias", d);
    weights.norm("norm", prefix + "layernorm", d);
    // It stands for a patch that training hides.
    weights.ignore((prefix + "embeddings.mask_token")::equals);
  }

  /** The linear layer and tanh that follow the class token of a model without a head. */
  void ignorePooler() {
    weights.ignore(tensor -> tensor.startsWith(prefix + "pooler."));
  }

  /** The blocks of all but DINOv2. */
  void mapBlocks() {
    Encoder encoder = model.encoder();
    long d = encoder.hiddenSize();
    for (int i = 0; i < encoder.layers(); i++) {
      String block = "blocks." + i;
      String layer = layer(i);
      weights.norm(block + ".attention_norm", layer + ".layernorm_before", d);
      mapAttention(i);
      weights.norm(block + ".mlp_norm", layer + ".layernorm_after", d);
      weights.linear(block + ".mlp_hidden", layer + ".intermediate.dense", encoder.mlpSize(), d);
      weights.linear(block + ".mlp_output", layer + ".output.dense", d, encoder.mlpSize());
    }
  }

  void mapAttention(int i) {
    long d = model.hiddenSize();
    for (String part : List.of("query", "key", "value")) {
      String weight = "blocks." + i + "." + part;
      String tensor = layer(i) + ".attention.attention." + part;
      weights.tensor(weight + ".weight", tensor + ".weight", d, d);
      if (qkvBias) {
        weights.tensor(weight + ".bias", tensor + ".bias", d);
      }
    }
    weights.linear("blocks." + i + ".attention_output", layer(i) + ".attention.output.dense", d, d);
  }

  String layer(int i) {
    return prefix + "encoder.layer." + i;
  }
}
