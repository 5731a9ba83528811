package io.patchstream.image;

/**
 * The size that an event asks its image to be classified at.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 */
public record RequestedSize(int width, int height) {

  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public RequestedSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a requested size has sides of at least one pixel, not " + width + "x" + height);
    }
  }
}
