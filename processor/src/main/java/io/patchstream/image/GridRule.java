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
   * The grid nearest to the picture's own size. Where that is more than {@code maxPatches}, the
   * picture is scaled down at its aspect ratio until it covers no more, and both sides are rounded
   * down to whole patches, at least one.
   */
  Grid fitting(int width, int height) {
    long rows = nearest(height);
    long columns = nearest(width);
    if (rows * columns > maxPatches) {
      // rows * columns = maxPatches and rows / columns = height / width.
      long fittingRows = root((long) maxPatches * height / width);
      long fittingColumns = root((long) maxPatches * width / height);
      rows = Math.max(1, Math.min(fittingRows, Math.min(rows, maxPatches)));
      columns = Math.max(1, Math.min(fittingColumns, Math.min(columns, maxPatches / rows)));
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

  private static long root(long square) {
    return (long) Math.sqrt((double) square);
  }
}
