package io.patchstream.image;

import java.util.Arrays;
import java.util.Random;

/** Pictures made for a test. */
final class Pictures {

  private Pictures() {}

  /** The bytes of a picture, [height, width, 3]. */
  static Golden.Picture of(Pixels pixels) {
    byte[] rgb = new byte[3 * pixels.width() * pixels.height()];
    for (int i = 0; i < rgb.length; i += 3) {
      int word = pixels.words()[i / 3];
      rgb[i] = (byte) Pixels.level(word, Pixels.RED);
      rgb[i + 1] = (byte) Pixels.level(word, Pixels.GREEN);
      rgb[i + 2] = (byte) Pixels.level(word, Pixels.BLUE);
    }
    return new Golden.Picture(pixels.height(), pixels.width(), rgb);
  }

  /** The picture of these bytes, its words' lowest bytes filled with what is no part of it. */
  static Pixels of(Golden.Picture picture) {
    Pixels pixels = new Pixels();
    pixels.reshape(picture.width(), picture.height());
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      pixels.words()[i / 3] =
          Pixels.word(rgb[i] & 0xff, rgb[i + 1] & 0xff, rgb[i + 2] & 0xff) | i & 0xff;
    }
    return pixels;
  }

  /** A picture of seeded noise. */
  static Pixels noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return of(new Golden.Picture(height, width, rgb));
  }

  /** A grey picture whose pixels have these levels, in row-major order. */
  static Pixels gray(int width, int height, int... levels) {
    Pixels pixels = new Pixels();
    pixels.reshape(width, height);
    for (int i = 0; i < levels.length; i++) {
      pixels.words()[i] = Pixels.word(levels[i], levels[i], levels[i]);
    }
    return pixels;
  }

  /** The first channel of a picture, in row-major order. */
  static int[] red(Pixels pixels) {
    return Arrays.stream(pixels.words(), 0, pixels.width() * pixels.height())
        .map(word -> Pixels.level(word, Pixels.RED))
        .toArray();
  }
}
