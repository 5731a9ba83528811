package io.patchstream.model;

import java.util.Map;
import java.util.stream.LongStream;

/**
 * A checkpoint once its layout has read it: what it is, and its weights under names that no longer
 * tell who published it. A linear layer's weight is [out, in], as PyTorch keeps it; where it lies
 * [in, out], as JAX keeps it, it is called {@code kernel} instead. A weight too large for one
 * buffer lies in several, {@code weight.0}, {@code weight.1} and so on, each with some of the rows.
 * What is marked ? is there or not, and the graph has the operation or not:
 *
 * <pre>
 * class_token ?                              [1, 1, D]
 * distillation_token ?                       [1, 1, D]
 * register_tokens ?                          [1, registers, D]
 * patch_norm.{weight,bias} ?                 [3·P·P], LayerNorm of a flattened patch
 * patch_embedding.{weight,bias?}             [D, 3·P·P], a patch laid out channel, row, column
 * patch_embedding_norm.{weight,bias} ?       [D], LayerNorm of an embedded patch
 * token_norm.{weight,bias} ?                 [D], LayerNorm of all tokens before the first block
 * blocks.N.attention_norm.{weight,bias}      [D]
 * blocks.N.{query,key,value}.{weight,bias?}  [D, D]
 * blocks.N.{query,key}_norm.{weight,bias} ?  [D / heads], LayerNorm of each head's part
 * blocks.N.attention_output.{weight,bias?}   [D, D]
 * blocks.N.attention_scale ?                 [D], layer scale
 * blocks.N.mlp_norm.{weight,bias}            [D]
 * blocks.N.mlp_hidden.{weight,bias?}         [MLP, D]; [2·MLP, D] for SwiGLU
 * blocks.N.mlp_output.{weight,bias?}         [D, MLP]
 * blocks.N.mlp_scale ?                       [D], layer scale
 * norm.{weight,bias} ?                       [D], LayerNorm of the last block's tokens
 * pool.probe, pool.{query,...,mlp_output}    as in a block but for its first norm: attention pooling
 * pooled_norm.{weight,bias} ?                [D], LayerNorm of what was pooled
 * projection.{weight,bias?} ?                [E, D], from what was pooled to the embedding
 * pre_logits.{weight,bias} ?                 [F, D], followed by tanh, before the head
 * head.{weight,bias?} ?                      [classes, D], or of what stands before it
 * distillation_head.{weight,bias} ?          [classes, D]
 * label_embeddings.{weight,bias} ?           [classes, E]: logits of the embedding at length 1
 * </pre>
 *
 * @param description what the checkpoint is
 * @param weights by the names above, as far as possible still in the mapped file
 * @param positions the trained position embeddings, [1, positioned prefix tokens + patches, D]
 */
public record Checkpoint(
    VisionTransformer description, Map<String, OnnxGraph.Weight> weights, float[] positions) {
  /** How many trained numbers there are. */
  long parameters() {
    return positions.length + weights.values().stream().mapToLong(Checkpoint::elements).sum();
  }

  /** What an image costs. */
  Work work() {
    long perImage = 0;
    long perPatch = 0;
    long perToken = 0;
    for (OnnxGraph.Weight weight : weights.values()) {
      String name = weight.name();
      if (weight.shape().length != 2 || !name.endsWith(".weight") && !name.endsWith(".kernel")) {
        continue; // no linear layer
      }
      if (name.startsWith("patch_embedding.")) {
        perPatch += elements(weight);
      } else if (name.startsWith("blocks.")
          || name.startsWith("pool.key.")
          || name.startsWith("pool.value.")) {
        perToken += elements(weight);
      } else {
        perImage += elements(weight);
      }
    }
    VisionTransformer.Encoder encoder = description.encoder();
    long perTokenPair = 2L * encoder.layers() * encoder.hiddenSize();
    return new Work(perImage, perPatch, perToken, perTokenPair);
  }

  private static long elements(OnnxGraph.Weight weight) {
    return LongStream.of(weight.shape()).reduce(1, Math::multiplyExact);
  }
}
