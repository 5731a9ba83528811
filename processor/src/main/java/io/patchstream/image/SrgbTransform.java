package io.patchstream.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;

/**
 * The way from one ICC profile's grey, or red, green and blue, to sRGB, by the rendering intent
 * that the profile names, through the JDK's LittleCMS. For one thread.
 */
final class SrgbTransform {

  /** Pixels that are converted at a time, so that a picture of any size needs no raster. */
  private static final int STRIP = 4096;

  private static final int RGB = 3;

  private final ColorConvertOp conversion;
  private final int channels;
  private final WritableRaster from;
  private final WritableRaster to;

  private SrgbTransform(ICC_Profile profile) {
    ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    conversion = new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null);
    channels = profile.getNumComponents();
    from = strip(channels);
    to = strip(RGB);
  }

  /** Empty if the bytes are no profile of grey or of red, green and blue, or a damaged one. */
  static Optional<SrgbTransform> of(byte[] bytes) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      if (!describesPictures(profile)) {
        return Optional.empty();
      }
      SrgbTransform transform = new SrgbTransform(profile);
      // Only the first conversion looks at all of the profile.
      transform.conversion.filter(transform.from, transform.to);
      return Optional.of(transform);
    } catch (RuntimeException e) {
      // There is no telling what LittleCMS and the classes around it make of damage.
      return Optional.empty();
    }
  }

  private static boolean describesPictures(ICC_Profile profile) {
    boolean device =
        switch (profile.getProfileClass()) {
          case ICC_Profile.CLASS_INPUT,
              ICC_Profile.CLASS_DISPLAY,
              ICC_Profile.CLASS_OUTPUT,
              ICC_Profile.CLASS_COLORSPACECONVERSION ->
              true;
          default -> false;
        };
    int colours = profile.getColorSpaceType();
    return device && (colours == ColorSpace.TYPE_RGB || colours == ColorSpace.TYPE_GRAY);
  }

  /** Whether the profile is one for the samples of such a picture. */
  boolean isFor(ColorCoding coding) {
    return switch (coding) {
      case GRAY -> channels == 1;
      case RGB, YCBCR, PALETTE -> channels == RGB;
      case CMYK, YCCK -> false;
    };
  }

  /** Converts a picture in place. */
  void apply(Pixels pixels) {
    int[] words = pixels.words();
    int size = pixels.width() * pixels.height();
    for (int at = 0; at < size; at += STRIP) {
      int count = Math.min(STRIP, size - at);
      write(words, at, count);
      conversion.filter(from, to);
      read(words, at, count);
    }
  }

  private void write(int[] words, int at, int count) {
    byte[] samples = samples(from);
    for (int i = 0, j = 0; i < count; i++, j += channels) {
      int word = words[at + i];
      samples[j] = (byte) Pixels.level(word, Pixels.RED);
      if (channels == RGB) {
        samples[j + 1] = (byte) Pixels.level(word, Pixels.GREEN);
        samples[j + 2] = (byte) Pixels.level(word, Pixels.BLUE);
      }
    }
  }

  private void read(int[] words, int at, int count) {
    byte[] samples = samples(to);
    for (int i = 0, j = 0; i < count; i++, j += RGB) {
      words[at + i] = Pixels.word(samples[j] & 0xff, samples[j + 1] & 0xff, samples[j + 2] & 0xff);
    }
  }

  private static byte[] samples(Raster strip) {
    return ((DataBufferByte) strip.getDataBuffer()).getData();
  }

  private static WritableRaster strip(int channels) {
    return Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, STRIP, 1, channels, null);
  }
}
