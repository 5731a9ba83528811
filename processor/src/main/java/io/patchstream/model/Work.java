package io.patchstream.model;

/**
 * What one image costs: the multiply-adds of linear layers and attention, all tokens through all
 * blocks, as papers count them (norms, activations and softmax are left out). A multiply-add is two
 * floating-point operations.
 *
 * @param perImage whatever its size: heads and projections
 * @param perPatch the patch embedding
 * @param perToken the linear layers of the blocks
 * @param perTokenPair attention: the product with the keys, and that with the values
 */
public record Work(long perImage, long perPatch, long perToken, long perTokenPair) {

  /**
   * The multiply-adds of an image.
   *
   * @param patches of its grid
   * @param prefix tokens beside them
   */
  public long multiplyAdds(int patches, int prefix) {
    long tokens = (long) patches + prefix;
    return perImage + perPatch * patches + perToken * tokens + perTokenPair * tokens * tokens;
  }
}
