package io.patchstream.image;

/**
 * What an encoded image may at most be; held against its header before anything is decoded.
 *
 * @param maxBytes encoded size in bytes, at least 1
 * @param maxPixels width times height, at least 1
 */
public record ImageLimits(long maxBytes, long maxPixels) {

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
}
