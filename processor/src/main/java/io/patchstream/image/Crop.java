package io.patchstream.image;

import java.util.Objects;

/**
 * The window in the middle of a resized picture that the model sees.
 *
 * @param height height of the window in pixels
 * @param width width of the window in pixels
 * @param centring where the middle is when an odd number of pixels is left
 * @param background what lies around a picture that is smaller, 0xRRGGBB
 */
public record Crop(int height, int width, Centring centring, int background) {

  /**
   * Where a window begins on a side, as the framework does it. They part ways only where the window
   * cannot lie in the very middle.
   */
  public enum Centring {
    /** {@code center_crop} of transformers' {@code image_transforms}: rounded down, always. */
    TRANSFORMERS {
      @Override
      int start(int side, int window) {
        return Math.floorDiv(side - window, 2);
      }
    },
    /** {@code center_crop} of transformers' {@code *Fast} classes: rounded towards zero. */
    TRANSFORMERS_FAST {
      @Override
      int start(int side, int window) {
        return (side - window) / 2;
      }
    },
    /**
     * {@code center_crop} of torchvision and {@code center_crop_or_pad} of timm: half a pixel is
     * cut at the even side, and padded at the far end.
     */
    TORCHVISION {
      @Override
      int start(int side, int window) {
        return side < window ? (side - window) / 2 : (int) Math.rint((side - window) / 2.0);
      }
    };

    /** The first pixel of the window, negative where it begins outside of the picture. */
    abstract int start(int side, int window);
  }

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if a side is below 1 or above {@link Preprocessing#MAX_SIDE}
   */
  public Crop {
    Objects.requireNonNull(centring);
    if (Math.min(height, width) < 1 || Math.max(height, width) > Preprocessing.MAX_SIDE) {
      throw new IllegalArgumentException(
          "a model sees sides of 1 to %d pixels, not %dx%d"
              .formatted(Preprocessing.MAX_SIDE, height, width));
    }
  }

  /** As transformers' image processors cut it, black around what is smaller. */
  public Crop(int height, int width) {
    this(height, width, Centring.TRANSFORMERS, 0);
  }

  /** Of a picture that has been resized to this size. */
  Framing frame(int resizedWidth, int resizedHeight) {
    return new Framing(
        resizedWidth,
        resizedHeight,
        centring.start(resizedWidth, width),
        centring.start(resizedHeight, height),
        width,
        height,
        background);
  }
}
