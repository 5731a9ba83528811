package io.patchstream.image;

/**
 * How a picture comes to the size of its grid: it is resized, and a window of the result is kept.
 * Where the window reaches beyond the resized picture, it has one colour.
 *
 * @param resizedWidth width after the resize, in pixels
 * @param resizedHeight height after the resize, in pixels
 * @param left first column of the window, negative where the window begins outside
 * @param top first row of the window, negative where the window begins outside
 * @param width width of the window
 * @param height height of the window
 * @param background the colour around the picture, 0xRRGGBB
 */
record Framing(
    int resizedWidth, int resizedHeight, int left, int top, int width, int height, int background) {

  /** How many times its resized size a reduced picture has at least, each way. */
  private static final int MARGIN = 2;

  /**
   * By how much a picture of this size can be reduced before it is resized, each way: the greatest
   * of 8, 4 and 2 that leaves {@link #MARGIN} pixels for each of the resized picture, else 1.
   */
  int reduction(int width, int height) {
    int reduction = 8;
    while (reduction > 1
        && (width < (long) MARGIN * reduction * resizedWidth
            || height < (long) MARGIN * reduction * resizedHeight)) {
      reduction /= 2;
    }
    return reduction;
  }

  /** Resized to exactly this size, all of it kept. */
  static Framing whole(int width, int height) {
    return new Framing(width, height, 0, 0, width, height, 0);
  }
}
