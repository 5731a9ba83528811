package io.patchstream.quickstart.pictures;

import java.awt.Color;
import java.util.SplittableRandom;

/** Random colours. */
final class Palette {

  /** The least difference in lightness between what shall be told apart, of 255. */
  private static final double CONTRAST = 75;

  private Palette() {}

  static Color any(SplittableRandom random) {
    return new Color(random.nextInt(1 << 24));
  }

  /** A colour close to this one. */
  static Color like(Color color, SplittableRandom random) {
    return new Color(
        shifted(color.getRed(), random),
        shifted(color.getGreen(), random),
        shifted(color.getBlue(), random));
  }

  /** Any colour that is clearly lighter or darker than this one. */
  static Color apartFrom(Color color, SplittableRandom random) {
    while (true) {
      Color other = any(random);
      if (Math.abs(lightness(other) - lightness(color)) > CONTRAST) {
        return other;
      }
    }
  }

  private static int shifted(int channel, SplittableRandom random) {
    return Math.min(255, Math.max(0, channel + random.nextInt(-28, 29)));
  }

  /** ITU-R BT.601 luma, 0 to 255. */
  private static double lightness(Color color) {
    return 0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue();
  }
}
