package io.patchstream.image;

/** To which size a picture is resized, before the middle of it is cut out. */
public sealed interface Resize {

  /** Width after the resize of a picture of this size, in pixels. */
  int width(int width, int height);

  /** Height after the resize of a picture of this size, in pixels. */
  int height(int width, int height);

  /** Not at all. */
  record None() implements Resize {
    @Override
    public int width(int width, int height) {
      return width;
    }

    @Override
    public int height(int width, int height) {
      return height;
    }
  }

  /**
   * To one size, whatever the aspect ratio.
   *
   * @param toHeight pixels
   * @param toWidth pixels
   */
  record Exact(int toHeight, int toWidth) implements Resize {
    @Override
    public int width(int width, int height) {
      return toWidth;
    }

    @Override
    public int height(int width, int height) {
      return toHeight;
    }
  }

  /**
   * At the picture's aspect ratio, so that its shorter side has {@code pixels}; the longer one is
   * rounded down, as {@code get_resize_output_image_size} of Hugging Face's {@code
   * image_transforms} does.
   *
   * @param pixels length of the shorter side
   */
  record ShortestEdge(int pixels) implements Resize {
    @Override
    public int width(int width, int height) {
      return width <= height ? pixels : longer(width, height);
    }

    @Override
    public int height(int width, int height) {
      return width <= height ? longer(height, width) : pixels;
    }

    private int longer(int longSide, int shortSide) {
      return (int) ((double) ((long) pixels * longSide) / shortSide);
    }
  }
}
