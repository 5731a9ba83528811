package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;

/**
 * Which grid of whole patches a size in pixels becomes, where it is not the model's own.
 *
 * @param patchSize side of a patch in pixels
 * @param maxPatches the most patches of a grid
 */
record GridRule(int patchSize, int maxPatches) {

  /**
   * The grid nearest to the picture's own size; where that is more than {@code maxPatches}, the
   * largest whole one within them at the picture's aspect ratio, and at least 1x1.
   */
  Grid fitting(int width, int height) {
    long rows = nearest(height);
    long columns = nearest(width);
    if (rows * columns > maxPatches) {
      // rows * columns = maxPatches at rows / columns = height / width, rounded down.
      rows = Math.max(1, (long) Math.sqrt((double) ((long) maxPatches * height / width)));
      columns = Math.max(1, (long) Math.sqrt((double) ((long) maxPatches * width / height)));
      rows = Math.min(rows, maxPatches / columns);
      columns = Math.min(columns, maxPatches / rows);
    }
    return new Grid((int) rows, (int) columns);
  }

  /**
   * The grid nearest to the size asked for.
   *
   * @throws ImageException {@link Reason#TOO_MANY_PATCHES} if that is more than {@code maxPatches}
   */
  Grid requested(RequestedSize size) throws ImageException {
    long rows = nearest(size.height());
    long columns = nearest(size.width());
    if (rows * columns > maxPatches) {
      throw new ImageException(
          Reason.TOO_MANY_PATCHES,
          "the requested size %dx%d takes %d patches of %d pixels, more than the %d allowed"
              .formatted(size.width(), size.height(), rows * columns, patchSize, maxPatches));
    }
    return new Grid((int) rows, (int) columns);
  }

  /** Whole patches nearest to a side, half a patch rounded up, at least 1. */
  private long nearest(int side) {
    return Math.max(1, (2L * side + patchSize) / (2L * patchSize));
  }
}
