package io.patchstream.image;

/** The eight values of EXIF's orientation: what brings a stored picture upright. */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  ROTATED_180(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  ROTATED_90(true, false, true),
  TRANSVERSED(true, true, true),
  ROTATED_270(true, true, false);

  private static final Orientation[] VALUES = values();

  private final boolean swapsSides;
  private final boolean fromRight;
  private final boolean fromBottom;

  Orientation(boolean swapsSides, boolean fromRight, boolean fromBottom) {
    this.swapsSides = swapsSides;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** The orientation of EXIF's value 1 to 8; any other value says nothing: upright. */
  static Orientation of(int exif) {
    return exif >= 1 && exif <= VALUES.length ? VALUES[exif - 1] : UPRIGHT;
  }

  /** Whether width and height change places. */
  boolean swapsSides() {
    return swapsSides;
  }

  /** Whether columns come from the stored picture's rows or columns in reverse. */
  boolean reversesX() {
    return swapsSides ? fromBottom : fromRight;
  }

  /** Whether rows come from the stored picture's rows or columns in reverse. */
  boolean reversesY() {
    return swapsSides ? fromRight : fromBottom;
  }

  /** The stored picture, upright: itself where nothing is to be done, else {@code target}. */
  Pixels apply(Pixels stored, Pixels target) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    target.reshape(swapsSides ? height : width, swapsSides ? width : height);
    int stepX = (swapsSides ? target.width() : 1) * (fromRight ? -1 : 1);
    int stepY = (swapsSides ? 1 : target.width()) * (fromBottom ? -1 : 1);
    int start = (fromRight ? -stepX * (width - 1) : 0) + (fromBottom ? -stepY * (height - 1) : 0);
    int[] from = stored.words();
    int[] to = target.words();
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0, j = start + y * stepY; x < width; x++, i++, j += stepX) {
        to[j] = from[i];
      }
    }
    return target;
  }
}
