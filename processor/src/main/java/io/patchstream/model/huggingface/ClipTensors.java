package io.patchstream.model.huggingface;

import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.WeightMapping;
import java.util.List;

/** Where the vision towers of CLIP and, after it, SigLIP keep their tensors. */
record ClipTensors(WeightMapping weights, VisionTransformer model) {

  static final String TOWER = "vision_model.";
  static final String POSITIONS = TOWER + "embeddings.position_embedding.weight";

  /** Patches, positions and blocks, and what the other tower has. */
  void map() {
    long d = model.hiddenSize();
    long p = model.patchSize();
    long patches = (long) model.gridRows() * model.gridColumns();
    weights.claim(POSITIONS, model.tokens().positioned() + patches, d);
    // A convolution whose stride is its size is a linear layer over flattened patches.
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        TOWER + "embeddings.patch_embedding.weight",
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock("blocks." + i, TOWER + "encoder.layers." + i);
    }
    // Of a whole model the text tower is left aside; position_ids numbers the rows of the table.
    weights.ignore(
        tensor ->
            tensor.startsWith("text_model.")
                || tensor.startsWith("text_projection.")
                || tensor.equals("logit_scale")
                || tensor.equals("logit_bias")
                || tensor.equals(TOWER + "embeddings.position_ids"));
  }

  private void mapBlock(String block, String layer) {
    Encoder encoder = model.encoder();
    long d = encoder.hiddenSize();
    weights.norm(block + ".attention_norm", layer + ".layer_norm1", d);
    for (String part : List.of("query", "key", "value")) {
      weights.linear(block + "." + part, layer + ".self_attn." + part.charAt(0) + "_proj", d, d);
    }
    weights.linear(block + ".attention_output", layer + ".self_attn.out_proj", d, d);
    weights.norm(block + ".mlp_norm", layer + ".layer_norm2", d);
    mapMlp(block, layer);
  }

  void mapMlp(String block, String layer) {
    long d = model.hiddenSize();
    weights.linear(block + ".mlp_hidden", layer + ".mlp.fc1", model.encoder().mlpSize(), d);
    weights.linear(block + ".mlp_output", layer + ".mlp.fc2", d, model.encoder().mlpSize());
  }
}
