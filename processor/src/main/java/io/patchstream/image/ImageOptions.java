package io.patchstream.image;

import java.util.Objects;

/**
 * All that decides which patches an image becomes.
 *
 * @param preprocessing resize, crop, rescale and normalise, as the model was trained
 * @param patchSize side of a patch in pixels, at least 1
 * @param resolution at which size images go through the model
 * @param limits what an encoded image may at most be
 * @param exifOrientation whether the EXIF orientation is applied
 */
public record ImageOptions(
    Preprocessing preprocessing,
    int patchSize,
    Resolution resolution,
    ImageLimits limits,
    boolean exifOrientation) {

  /**
   * Checks the patch size.
   *
   * @throws IllegalArgumentException if {@code patchSize} is below 1
   */
  public ImageOptions {
    Objects.requireNonNull(preprocessing);
    Objects.requireNonNull(resolution);
    Objects.requireNonNull(limits);
    if (patchSize < 1) {
      throw new IllegalArgumentException("a patch has at least one pixel, not " + patchSize);
    }
  }
}
