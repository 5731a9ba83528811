package io.patchstream.model;

import java.util.Map;

/**
 * A checkpoint once its family has read it: what it is, and its weights under names that no longer
 * tell who published it. Linear layers are [out, in], as PyTorch keeps them:
 *
 * <pre>
 * class_token                              [1, 1, D]
 * patch_embedding.{weight,bias}            [D, 3·P·P], a patch laid out channel, row, column
 * blocks.N.attention_norm.{weight,bias}    [D]
 * blocks.N.{query,key,value}.{weight,bias} [D, D], the bias where the description says so
 * blocks.N.attention_output.{weight,bias}  [D, D]
 * blocks.N.mlp_norm.{weight,bias}          [D]
 * blocks.N.mlp_hidden.{weight,bias}        [MLP, D]
 * blocks.N.mlp_output.{weight,bias}        [D, MLP]
 * norm.{weight,bias}                       [D]
 * head.{weight,bias}                       [classes, D]
 * </pre>
 *
 * @param description what the checkpoint is
 * @param weights by the names above, still in the mapped file
 * @param positions the trained position embeddings, [1, prefix tokens + patches, D]
 */
public record Checkpoint(
    VisionTransformer description, Map<String, OnnxGraph.Weight> weights, float[] positions) {}
