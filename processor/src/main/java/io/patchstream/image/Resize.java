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
   * image_transforms} and torchvision's {@code Resize} do.
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

  /**
   * At the picture's aspect ratio, so that it just covers a size or just fits into it; both sides
   * are rounded to the nearest, as timm's {@code ResizeKeepRatio} does with {@code longest} 0 or 1.
   *
   * @param toHeight pixels
   * @param toWidth pixels
   * @param inside whether it fits into that size, rather than covers it
   */
  record KeepRatio(int toHeight, int toWidth, boolean inside) implements Resize {
    @Override
    public int width(int width, int height) {
      return scaled(width, width, height);
    }

    @Override
    public int height(int width, int height) {
      return scaled(height, width, height);
    }

    private int scaled(int side, int width, int height) {
      double across = (double) width / toWidth;
      double down = (double) height / toHeight;
      double ratio = inside ? Math.max(across, down) : Math.min(across, down);
      // A sliver keeps one pixel, where timm fails.
      return (int) Math.max(1, Math.rint(side / ratio));
    }
  }
}
