package io.patchstream.inference;

import io.patchstream.model.EmbeddingKind;
import io.patchstream.model.VisionTransformer.OutputActivation;

/**
 * Which model gives a result, and what that is.
 *
 * @param name the model's name
 * @param revision hash of the weights, lower-case hexadecimal
 * @param precision of the computation: {@code fp32} or {@code int8}, or what an ONNX file has
 * @param precisionReason why it is that, in words for a log
 * @param embedding what its embedding is
 * @param activation what made the scores of the logits
 * @param classes how many it tells apart; 0 for a model without a head, which gives embeddings only
 */
public record ModelIdentity(
    String name,
    String revision,
    String precision,
    String precisionReason,
    EmbeddingKind embedding,
    OutputActivation activation,
    int classes) {

  /** Whether it gives labels. */
  public boolean hasHead() {
    return classes > 0;
  }
}
