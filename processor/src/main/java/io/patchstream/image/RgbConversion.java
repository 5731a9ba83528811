package io.patchstream.image;

import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/**
 * Stored samples to RGB, as Pillow's {@code convert("RGB")} does it: alpha is dropped and not
 * blended, grey is repeated, inks are multiplied, and colour profiles are not looked at. Samples of
 * fewer than 8 bits are spread over 0 to 255; those of 16 are scaled and rounded, as {@link
 * PngDecoder} does it.
 *
 * <p>Buffers are pooled: for one thread.
 */
final class RgbConversion {

  // JFIF 1.02's equations, its five digits and 16 fractional bits, rounded as libjpeg does.
  private static final int FRACTION = 16;
  private static final int HALF = 1 << (FRACTION - 1);
  private static final int RED_OF_CR = fixed(1.402);
  private static final int GREEN_OF_CB = fixed(0.34414);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int BLUE_OF_CB = fixed(1.772);

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private int[] wide = {};
  private byte[] narrow = {};

  private byte[] samples;
  private int rowStride;
  private int pixelStride;
  private int[] offsets;

  private static int fixed(double factor) {
    return (int) (factor * (1 << FRACTION) + 0.5);
  }

  /**
   * Converts a whole raster.
   *
   * @param palette the colours of {@link ColorCoding#PALETTE}, else not looked at
   */
  void convert(Raster raster, ColorCoding coding, IndexColorModel palette, Pixels into) {
    into.reshape(raster.getWidth(), raster.getHeight());
    locate(raster, coding);
    switch (coding) {
      case GRAY -> gray(into);
      case RGB -> rgb(into);
      case PALETTE -> palette(palette, into);
      case YCBCR -> luma(into);
      case CMYK -> {
        rgb(into);
        ink(into);
      }
      case YCCK -> {
        luma(into);
        ink(into);
      }
    }
    samples = null;
  }

  /** Finds the samples as bytes: in the raster itself where it holds bytes, else in a copy. */
  private void locate(Raster raster, ColorCoding coding) {
    SampleModel model = raster.getSampleModel();
    boolean bytes =
        model instanceof ComponentSampleModel && raster.getDataBuffer() instanceof DataBufferByte;
    if (bytes) {
      ComponentSampleModel layout = (ComponentSampleModel) model;
      samples = ((DataBufferByte) raster.getDataBuffer()).getData();
      rowStride = layout.getScanlineStride();
      pixelStride = layout.getPixelStride();
      offsets = layout.getBandOffsets();
    } else {
      copy(raster, coding == ColorCoding.PALETTE);
    }
  }

  private void copy(Raster raster, boolean indices) {
    int bands = raster.getNumBands();
    int[] bits = raster.getSampleModel().getSampleSize();
    int row = raster.getWidth() * bands;
    long size = (long) row * raster.getHeight();
    if (size > MAX_ARRAY) {
      throw new OutOfMemoryError(size + " samples do not fit into one array");
    }
    if (narrow.length < size) {
      narrow = new byte[(int) size];
    }
    if (wide.length < row) {
      wide = new int[row];
    }
    for (int y = 0, to = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, wide);
      for (int i = 0; i < row; i++) {
        narrow[to++] = (byte) (indices ? wide[i] : level(wide[i], bits[i % bands]));
      }
    }
    samples = narrow;
    rowStride = row;
    pixelStride = bands;
    offsets = new int[bands];
    for (int band = 0; band < bands; band++) {
      offsets[band] = band;
    }
  }

  /** A sample of so many bits as one of eight. Pillow rounds down what has fewer. */
  private static int level(int sample, int bits) {
    int most = (1 << bits) - 1;
    int half = bits > Byte.SIZE ? most / 2 : 0;
    return (sample * 255 + half) / most;
  }

  private void gray(Pixels into) {
    int[] to = into.words();
    for (int y = 0, j = 0; y < into.height(); y++) {
      int from = y * rowStride + offsets[0];
      for (int x = 0; x < into.width(); x++, from += pixelStride, j++) {
        int level = samples[from] & 0xff;
        to[j] = Pixels.word(level, level, level);
      }
    }
  }

  private void rgb(Pixels into) {
    int[] to = into.words();
    for (int y = 0, j = 0; y < into.height(); y++) {
      int from = y * rowStride;
      for (int x = 0; x < into.width(); x++, from += pixelStride, j++) {
        to[j] =
            Pixels.word(
                samples[from + offsets[0]] & 0xff,
                samples[from + offsets[1]] & 0xff,
                samples[from + offsets[2]] & 0xff);
      }
    }
  }

  private void palette(IndexColorModel palette, Pixels into) {
    int[] to = into.words();
    for (int y = 0, j = 0; y < into.height(); y++) {
      int from = y * rowStride + offsets[0];
      for (int x = 0; x < into.width(); x++, from += pixelStride, j++) {
        to[j] = palette.getRGB(samples[from] & 0xff) << Pixels.BLUE;
      }
    }
  }

  private void luma(Pixels into) {
    int[] to = into.words();
    for (int y = 0, j = 0; y < into.height(); y++) {
      int from = y * rowStride;
      for (int x = 0; x < into.width(); x++, from += pixelStride, j++) {
        int luma = samples[from + offsets[0]] & 0xff;
        int cb = (samples[from + offsets[1]] & 0xff) - 128;
        int cr = (samples[from + offsets[2]] & 0xff) - 128;
        to[j] =
            Pixels.word(
                clip(luma + (RED_OF_CR * cr + HALF >> FRACTION)),
                clip(luma + (HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr >> FRACTION)),
                clip(luma + (BLUE_OF_CB * cb + HALF >> FRACTION)));
      }
    }
  }

  /** Darkens what stands as inverted cyan, magenta and yellow by the fourth sample, black. */
  private void ink(Pixels into) {
    int[] to = into.words();
    for (int y = 0, j = 0; y < into.height(); y++) {
      int from = y * rowStride + offsets[3];
      for (int x = 0; x < into.width(); x++, from += pixelStride, j++) {
        int paper = samples[from] & 0xff;
        to[j] =
            Pixels.word(
                inked(Pixels.level(to[j], Pixels.RED), paper),
                inked(Pixels.level(to[j], Pixels.GREEN), paper),
                inked(Pixels.level(to[j], Pixels.BLUE), paper));
      }
    }
  }

  /** What ink leaves of the paper, the product divided by 255 with rounding. */
  private static int inked(int inverted, int paper) {
    int product = (255 - inverted) * paper + 128;
    return clip(paper - ((product >> 8) + product >> 8));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
