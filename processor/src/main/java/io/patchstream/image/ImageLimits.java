package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;

/**
 * What an encoded image may at most be; held against its header before anything is decoded.
 *
 * @param maxBytes encoded size in bytes, at least 1
 * @param maxPixels width times height, at least 1
 */
public record ImageLimits(long maxBytes, long maxPixels) {

  /** The longest side that is read, whatever the format: JPEG's own limit. */
  public static final int MAX_SIDE = 65_535;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if a limit is below 1
   */
  public ImageLimits {
    if (maxBytes < 1 || maxPixels < 1) {
      throw new IllegalArgumentException(
          "image limits are at least 1, not " + maxBytes + " bytes and " + maxPixels + " pixels");
    }
  }

  /**
   * Holds what a header claims against the limits.
   *
   * @throws ImageException {@link Reason#TOO_MANY_PIXELS}
   */
  void checkPixels(int width, int height) throws ImageException {
    if ((long) width * height > maxPixels) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          "the image has %dx%d pixels, more than the %d allowed"
              .formatted(width, height, maxPixels));
    }
    if (Math.max(width, height) > MAX_SIDE) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          "the image has %dx%d pixels, a side of more than %d".formatted(width, height, MAX_SIDE));
    }
  }
}
