package io.patchstream.image;

/**
 * How a picture comes to the size of its grid: it is resized, and a window of the result is kept.
 * Where the window reaches beyond the resized picture, it is zero.
 *
 * @param resizedWidth width after the resize, in pixels
 * @param resizedHeight height after the resize, in pixels
 * @param left first column of the window, negative where the window begins outside
 * @param top first row of the window, negative where the window begins outside
 * @param width width of the window
 * @param height height of the window
 */
record Framing(int resizedWidth, int resizedHeight, int left, int top, int width, int height) {

  /** Resized to exactly this size, all of it kept. */
  static Framing whole(int width, int height) {
    return new Framing(width, height, 0, 0, width, height);
  }

  /**
   * The window in the middle, an odd pixel more on the left or top being cut (or one more padded),
   * as {@code center_crop} of Hugging Face's {@code image_transforms} places it.
   */
  static Framing centred(int resizedWidth, int resizedHeight, int width, int height) {
    int left = Math.floorDiv(resizedWidth - width, 2);
    int top = Math.floorDiv(resizedHeight - height, 2);
    return new Framing(resizedWidth, resizedHeight, left, top, width, height);
  }
}
