package io.patchstream.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures made for a test. */
final class Pictures {

  private static final int GRAIN = 6;

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

  /** Noise that was enlarged, so that it compresses as photographs do. */
  static Pixels grained(int width, int height) {
    Pixels grains = noise(width / GRAIN, height / GRAIN, 1);
    Pixels picture = new Pixels();
    new Resampler().resample(grains, Framing.whole(width, height), Filter.BICUBIC, picture);
    return picture;
  }

  /** A JPEG file of quality 90, 4:2:0. */
  static byte[] jpeg(Pixels pixels) throws IOException {
    int width = pixels.width();
    BufferedImage image = new BufferedImage(width, pixels.height(), BufferedImage.TYPE_INT_RGB);
    int[] argb = Arrays.stream(pixels.words()).map(word -> word >>> Pixels.BLUE).toArray();
    image.setRGB(0, 0, width, pixels.height(), argb, 0, width);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam quality = writer.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(0.9f);
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), quality);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
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
