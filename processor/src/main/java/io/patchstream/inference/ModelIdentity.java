package io.patchstream.inference;

import io.patchstream.model.VisionTransformer.OutputActivation;

/**
 * Which model gave a result, and what its scores are.
 *
 * @param name the model's name
 * @param revision hash of the weights, lower-case hexadecimal
 * @param precision of the computation, {@code fp32}
 * @param activation what made the scores of the logits
 */
public record ModelIdentity(
    String name, String revision, String precision, OutputActivation activation) {}
