package io.patchstream.image;

import java.util.Arrays;
import java.util.Random;

/** Pictures made for a test. */
final class Pictures {

  private Pictures() {}

  static Golden.Picture of(Pixels pixels) {
    byte[] rgb = Arrays.copyOf(pixels.rgb(), 3 * pixels.width() * pixels.height());
    return new Golden.Picture(pixels.height(), pixels.width(), rgb);
  }

  /** A picture of seeded noise. */
  static Pixels noise(int width, int height, long seed) {
    Pixels pixels = new Pixels();
    pixels.reshape(width, height);
    new Random(seed).nextBytes(pixels.rgb());
    return pixels;
  }

  /** A grey picture whose pixels have these levels, in row-major order. */
  static Pixels gray(int width, int height, int... levels) {
    Pixels pixels = new Pixels();
    pixels.reshape(width, height);
    for (int i = 0; i < levels.length; i++) {
      Arrays.fill(pixels.rgb(), 3 * i, 3 * i + 3, (byte) levels[i]);
    }
    return pixels;
  }

  /** The first channel of a picture, in row-major order. */
  static int[] red(Pixels pixels) {
    int[] red = new int[pixels.width() * pixels.height()];
    for (int i = 0; i < red.length; i++) {
      red[i] = pixels.rgb()[3 * i] & 0xff;
    }
    return red;
  }
}
