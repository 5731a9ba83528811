package io.patchstream.model.graph;

import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.List;

/** The tokens of a batch of images in one tensor: where each image's lie, and how they attend. */
interface TokenBatch {

  /**
   * Tokens that every image has in front of its patches.
   *
   * @param tokens [1, count, D]
   * @param count how many they are
   */
  record Prefix(Value tokens, int count) {}

  /** The first dimension of outputs: the number of images, or a name for any. */
  Object size();

  /** The flattened patches of all images, as the session is fed them. */
  Value patches();

  /**
   * The tokens of each image, its prefix in front, with positions added.
   *
   * @param prefix in their order
   * @param positioned how many prefix tokens, from the first on, have a position
   * @param embedded what became of the patches, in the shape that they have
   */
  Value assemble(List<Prefix> prefix, int positioned, Value embedded);

  /** A shape that differs from that of the tokens in its last lengths; 0 keeps a length. */
  long[] shape(long... last);

  /** Scaled dot-product attention within each image. */
  Value attend(Value query, Value key, Value value, int heads);

  /** Whether all tokens of an image attend, though only some are wanted. */
  boolean allAttend();

  /** The first tokens of each image, [batch, count, D]. */
  Value first(Value tokens, int count);

  /** The mean of each image's patch tokens, [batch, D]. */
  Value patchMean(Value tokens);

  /** The mean of each image's tokens, [batch, D]. */
  Value tokenMean(Value tokens);
}
