package io.patchstream.ops.page;

/**
 * Which model answers.
 *
 * @param name as its folder is called
 * @param layout how it was published
 * @param revision hash of the weights
 * @param precision of the computation
 * @param precisionReason why it is that
 * @param device what it is computed on
 * @param images size and grid of an image of its own
 * @param embedding length of the embedding
 * @param classes how many; 0 without a head
 * @param parameters trained numbers
 */
public record ModelCard(
    String name,
    String layout,
    String revision,
    String precision,
    String precisionReason,
    String device,
    String images,
    int embedding,
    int classes,
    long parameters) {}
