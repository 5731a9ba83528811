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
 * @param colorManaged whether pictures with an ICC profile are converted to sRGB; training
 *     pipelines take their samples as they are
 * @param reducedDecoding whether a JPEG that is much larger than the model's size is decoded at a
 *     half, a quarter or an eighth of its sides, as long as that has twice the pixels each way that
 *     it is resized to: quicker, and not quite the same pixels
 */
public record ImageOptions(
    Preprocessing preprocessing,
    int patchSize,
    Resolution resolution,
    ImageLimits limits,
    boolean exifOrientation,
    boolean colorManaged,
    boolean reducedDecoding) {

  private static final long MAX_PIXELS = 16_384L * 16_384;

  /**
   * Checks that the model sees a patch at least.
   *
   * @throws IllegalArgumentException if {@code patchSize} is below 1, if a size of the model's own
   *     may come up and is smaller than a patch, or if an image within the resolution's bound would
   *     not fit into one array
   */
  public ImageOptions {
    Objects.requireNonNull(preprocessing);
    Objects.requireNonNull(resolution);
    Objects.requireNonNull(limits);
    if (patchSize < 1 || patchSize > Preprocessing.MAX_SIDE) {
      throw new IllegalArgumentException(
          "a patch has a side of 1 to " + Preprocessing.MAX_SIDE + " pixels, not " + patchSize);
    }
    if (resolution.mode() != Resolution.Mode.NATIVE) {
      grid(preprocessing, patchSize);
    }
    long pixels = (long) patchSize * patchSize * resolution.maxPatches();
    if (resolution.mode() != Resolution.Mode.FIXED && pixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "%d patches of %d pixels are more than can be held: allow fewer patches"
              .formatted(resolution.maxPatches(), patchSize));
    }
  }

  /** The same for pictures as they are stored: whatever their profile, at their full size. */
  public ImageOptions(
      Preprocessing preprocessing,
      int patchSize,
      Resolution resolution,
      ImageLimits limits,
      boolean exifOrientation) {
    this(preprocessing, patchSize, resolution, limits, exifOrientation, false, false);
  }

  /**
   * The grid of the model's own size. What is beyond its last whole patch, to the right and below,
   * is not seen: so does a convolution whose stride is its size, at 384 pixels in patches of 14.
   *
   * @throws IllegalArgumentException if that size is smaller than a patch
   */
  public Grid modelGrid() {
    return grid(preprocessing, patchSize);
  }

  private static Grid grid(Preprocessing preprocessing, int patchSize) {
    int height = preprocessing.crop().height();
    int width = preprocessing.crop().width();
    if (height < patchSize || width < patchSize) {
      throw new IllegalArgumentException(
          ("the model's preprocessing gives %dx%d pixels (height by width), which are less than one"
                  + " patch of %d: correct its size, or use the native resolution")
              .formatted(height, width, patchSize));
    }
    return new Grid(height / patchSize, width / patchSize);
  }
}
