package io.patchstream.image;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes JPEG and WebP with the libjpeg-turbo and the libwebp inside Leptonica's natives; JPEG
 * with the accurate DCT and the smooth upsampling, the same levels as Pillow's.
 *
 * <p>Chosen among what Maven Central has with libjpeg-turbo inside and without a need for system
 * packages. Median of 600 decodes of a 500x375 q90 4:2:0 JPEG of 73 kB to RGB bytes, interleaved in
 * one run, one thread of an EPYC shared with other work: 1.02 ms, where the ImageIO of Temurin 25
 * (IJG's libjpeg 6b) takes 2.39 ms; at 1920x1080 19.5 ms and 45.7 ms. Debian's JDK is linked to the
 * system's libjpeg-turbo: there ImageIO takes 1.30 ms. To {@link Pixels}, whose words are
 * Leptonica's own, it takes 0.74 ms, and Pillow on the same file 0.65. Skija (13 MB) loads only
 * where libGL, libEGL and fontconfig are installed; OpenCV's bundle has 110 MB.
 *
 * <p>Leptonica returns from libjpeg's errors with a line on standard error and no picture. Its
 * pictures are native, outside the heap, and freed before {@link #decode} returns; what is left on
 * the heap is a few handles an image. For one thread.
 */
final class LeptonicaDecoder {

  private static final Logger LOG = LoggerFactory.getLogger(LeptonicaDecoder.class);

  private static final int TRUE_COLOUR = 0;

  /** No reduction. */
  static final int FULL_SIZE = 1;

  private static final int STOP_AT_DAMAGE = 0;
  private static final int BLACK = 0;

  private static final boolean AVAILABLE = load();

  private final Pixels part = new Pixels();
  private int[] row = {};

  /** Whether this platform's natives are there. */
  static boolean isAvailable() {
    return AVAILABLE;
  }

  private static boolean load() {
    try {
      leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
      return true;
    } catch (LinkageError e) {
      LOG.warn(
          "No native image decoder for this platform: ImageIO decodes, at less speed ({})",
          e.toString());
      return false;
    }
  }

  /**
   * Decodes the picture as it is stored.
   *
   * @param reduction by what the sides of a JPEG are divided, and rounded up: 1, 2, 4 or 8. libjpeg
   *     then computes fewer pixels of each block; what the block holds is read all the same.
   * @return false where nothing was decoded: the natives are missing, the format is not one of this
   *     decoder's, or the data is damaged in whatever way
   */
  boolean decode(byte[] encoded, ImageHeader header, int reduction, Pixels into)
      throws ImageException {
    if (!AVAILABLE || !reads(header)) {
      return false;
    }
    return header.format() == ImageFormat.JPEG
        ? jpeg(encoded, header, reduction, into)
        : webp(encoded, header, into);
  }

  private boolean jpeg(byte[] encoded, ImageHeader header, int reduction, Pixels into) {
    PIX picture =
        leptonica.pixReadMemJpeg(
            encoded, encoded.length, TRUE_COLOUR, reduction, (int[]) null, STOP_AT_DAMAGE);
    int width = (header.width() + reduction - 1) / reduction;
    int height = (header.height() + reduction - 1) / reduction;
    return move(picture, width, height, into);
  }

  private boolean webp(byte[] encoded, ImageHeader header, Pixels into) throws ImageException {
    // libwebp's simple interface reads no animations, hence the first frame as a file of its own.
    byte[] first = WebpHeader.firstFrame(encoded);
    PIX picture = leptonica.pixReadMemWebP(first, first.length);
    Frame frame = header.frame();
    if (header.isWhole()) {
      return move(picture, frame.width(), frame.height(), into);
    }
    boolean moved = move(picture, frame.width(), frame.height(), part);
    if (moved) {
      into.compose(header.width(), header.height(), part, frame, BLACK);
    }
    return moved;
  }

  /** Inks stay with {@link RgbConversion}: Leptonica rounds them differently. */
  private static boolean reads(ImageHeader header) {
    boolean inks = header.coding() == ColorCoding.CMYK || header.coding() == ColorCoding.YCCK;
    boolean format = header.format() == ImageFormat.JPEG || header.format() == ImageFormat.WEBP;
    return format && !inks;
  }

  /** Takes a native picture onto the heap, if it is one of this size, and frees it. */
  private boolean move(PIX picture, int width, int height, Pixels into) {
    if (picture == null) {
      return false;
    }
    try {
      boolean expected = picture.w() == width && picture.h() == height;
      if (expected) {
        into.reshape(width, height);
        copy(picture, into);
      }
      return expected;
    } finally {
      leptonica.pixDestroy(picture);
    }
  }

  private void copy(PIX picture, Pixels into) {
    try (IntPointer data = picture.data()) {
      if (picture.d() == Integer.SIZE) {
        // A word a pixel, as Pixels has them.
        data.get(into.words(), 0, into.width() * into.height());
      } else {
        gray(data, picture.wpl(), into);
      }
    }
  }

  /** Four pixels a word, the first in the highest byte. */
  private void gray(IntPointer data, int rowWords, Pixels into) {
    row = Pixels.atLeast(rowWords, row);
    int[] words = into.words();
    for (int y = 0, to = 0; y < into.height(); y++) {
      data.position((long) y * rowWords).get(row, 0, rowWords);
      for (int x = 0; x < into.width(); x++, to++) {
        int level = row[x >> 2] >> 24 - 8 * (x & 3) & 0xff;
        words[to] = Pixels.word(level, level, level);
      }
    }
  }
}
