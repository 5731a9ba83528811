package io.patchstream.inference;

/**
 * Which model gave a result, and what its numbers mean.
 *
 * @param name the model's name
 * @param revision hash of the weights, lower-case hexadecimal
 * @param precision of the computation, {@code fp32}
 * @param activation what made the scores of the logits
 * @param embeddingDimension length of an embedding
 */
public record ModelIdentity(
    String name,
    String revision,
    String precision,
    Activation activation,
    int embeddingDimension) {}
