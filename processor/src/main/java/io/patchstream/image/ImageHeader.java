package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.util.HexFormat;

/**
 * What an encoded image says of itself before anything is decoded.
 *
 * @param format the file format
 * @param width stored width in pixels, before {@code orientation}
 * @param height stored height in pixels, before {@code orientation}
 * @param orientation what brings it upright
 * @param coding what its samples stand for
 * @param frame the part of it that is stored
 */
record ImageHeader(
    ImageFormat format,
    int width,
    int height,
    Orientation orientation,
    ColorCoding coding,
    Frame frame) {

  private static final int SHOWN_BYTES = 12;

  /** A picture that is stored whole. */
  ImageHeader(
      ImageFormat format, int width, int height, Orientation orientation, ColorCoding coding) {
    this(format, width, height, orientation, coding, new Frame(0, 0, width, height));
  }

  /** Whether the stored frame covers the picture. */
  boolean isWhole() {
    return frame.width() == width && frame.height() == height;
  }

  /**
   * Recognises the format by its first bytes, walks the file's structure to its end, and holds what
   * it says against the limits.
   *
   * @throws ImageException for every reason but {@link Reason#TOO_MANY_PATCHES}
   */
  static ImageHeader read(byte[] encoded, ImageLimits limits) throws ImageException {
    if (encoded.length == 0) {
      throw new ImageException(Reason.EMPTY, "the image has no bytes");
    }
    if (encoded.length > limits.maxBytes()) {
      throw new ImageException(
          Reason.TOO_MANY_BYTES,
          "the image has "
              + encoded.length
              + " bytes, more than the "
              + limits.maxBytes()
              + " allowed");
    }
    if (JpegHeader.begins(encoded)) {
      return JpegHeader.read(encoded, limits);
    }
    if (PngChunks.begin(encoded)) {
      return PngHeader.read(encoded, limits);
    }
    if (WebpHeader.begins(encoded)) {
      return WebpHeader.read(encoded, limits);
    }
    if (GifHeader.begins(encoded)) {
      return GifHeader.read(encoded, limits);
    }
    if (TiffHeader.begins(encoded)) {
      return TiffHeader.read(encoded, limits);
    }
    if (BmpHeader.begins(encoded)) {
      return BmpHeader.read(encoded, limits);
    }
    String first =
        HexFormat.ofDelimiter(" ").formatHex(encoded, 0, Math.min(encoded.length, SHOWN_BYTES));
    throw new ImageException(
        Reason.UNSUPPORTED_FORMAT,
        "the first bytes, "
            + first
            + ", are those of no format that is read (JPEG, PNG, WebP, GIF, BMP and TIFF are)");
  }
}
