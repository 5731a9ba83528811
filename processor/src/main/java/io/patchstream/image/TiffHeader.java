package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.awt.image.IndexColorModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The first directory of a TIFF file (TIFF 6.0): its first picture, the only one that is read. */
final class TiffHeader {

  private static final int ENTRY_BYTES = 12;
  private static final int CHANNELS = 3;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int SAMPLES = 277;
  private static final int COLOR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int ICC_PROFILE = 34_675;

  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;

  private final byte[] bytes;
  private final ByteBuffer tiff;
  private int directory;
  private int entries;

  private TiffHeader(byte[] bytes) {
    this.bytes = bytes;
    boolean little = bytes[0] == 'I';
    this.tiff =
        ByteBuffer.wrap(bytes).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  static boolean begins(byte[] encoded) {
    if (encoded.length < 8) {
      return false;
    }
    boolean little = encoded[0] == 'I' && encoded[1] == 'I' && encoded[2] == 42 && encoded[3] == 0;
    boolean big = encoded[0] == 'M' && encoded[1] == 'M' && encoded[2] == 0 && encoded[3] == 42;
    return little || big;
  }

  static ImageHeader read(byte[] tiff, ImageLimits limits) throws ImageException {
    return new TiffHeader(tiff).read(limits);
  }

  /**
   * The ICC profile (ICC.1:2022, annex B.5).
   *
   * @param tiff a file that {@link #read} has accepted
   * @return null if there is none, or if it is not within the file
   */
  static byte[] profile(byte[] tiff) throws ImageException {
    TiffHeader header = new TiffHeader(tiff);
    header.openDirectory();
    int entry = header.entry(ICC_PROFILE);
    long length = entry < 0 ? 0 : Integer.toUnsignedLong(header.tiff.getInt(entry + 4));
    long at = entry < 0 ? 0 : Integer.toUnsignedLong(header.tiff.getInt(entry + 8));
    boolean within = length > 0 && at + length <= tiff.length;
    return within ? Arrays.copyOfRange(tiff, (int) at, (int) (at + length)) : null;
  }

  /**
   * The colours of a palette picture: the upper bytes of their 16 bits, as Pillow has them, where
   * ImageIO divides by 257.
   *
   * @param tiff a file that {@link #read} has accepted
   * @return null if the picture has none of its own
   */
  static IndexColorModel palette(byte[] tiff) throws ImageException {
    TiffHeader header = new TiffHeader(tiff);
    header.openDirectory();
    int entry = header.entry(COLOR_MAP);
    if (entry < 0 || header.value(PHOTOMETRIC, -1) != PALETTE) {
      return null;
    }
    int bits = (int) header.value(BITS, 1);
    int colours = 1 << bits;
    long at = Integer.toUnsignedLong(header.tiff.getInt(entry + 8));
    if (at + 2L * CHANNELS * colours > tiff.length) {
      throw corrupt("its palette is not within its " + tiff.length + " bytes");
    }
    byte[] rgb = new byte[CHANNELS * colours];
    for (int i = 0; i < rgb.length; i++) {
      int plane = i % CHANNELS * colours;
      rgb[i] = (byte) (header.tiff.getShort((int) at + 2 * (plane + i / CHANNELS)) >> 8);
    }
    return new IndexColorModel(bits, colours, rgb, 0, false);
  }

  private void openDirectory() throws ImageException {
    long at = Integer.toUnsignedLong(tiff.getInt(4));
    if (at > bytes.length - 2) {
      throw corrupt("its first directory is not within its " + bytes.length + " bytes");
    }
    directory = (int) at + 2;
    entries = tiff.getShort((int) at) & 0xffff;
    if (directory + (long) entries * ENTRY_BYTES > bytes.length) {
      throw corrupt("its first directory is cut off");
    }
  }

  private ImageHeader read(ImageLimits limits) throws ImageException {
    openDirectory();
    long width = value(WIDTH, 0);
    long height = value(HEIGHT, 0);
    checkSides(width, height, limits);
    // A picture is decoded tile by tile, and a tile may be larger than the picture.
    checkSides(value(TILE_WIDTH, 1), value(TILE_HEIGHT, 1), limits);
    return new ImageHeader(
        ImageFormat.TIFF,
        (int) width,
        (int) height,
        Exif.orientation(bytes, 0, bytes.length),
        coding());
  }

  private void checkSides(long width, long height, ImageLimits limits) throws ImageException {
    if (width < 1 || height < 1) {
      throw corrupt("its directory gives " + width + "x" + height + " pixels");
    }
    limits.checkPixels(
        (int) Math.min(width, Integer.MAX_VALUE), (int) Math.min(height, Integer.MAX_VALUE));
  }

  private ColorCoding coding() throws ImageException {
    long photometric = value(PHOTOMETRIC, -1);
    long bits = value(BITS, 1);
    long samples = value(SAMPLES, 1);
    long compression = value(COMPRESSION, 1);
    boolean whole = bits == 8 || bits == 16;
    boolean gray = photometric == BLACK_IS_ZERO && whole && samples <= 2;
    boolean rgb = photometric == RGB && whole && (samples == 3 || samples == 4);
    boolean few = bits == 1 || bits == 2 || bits == 4 || bits == 8;
    boolean levels = (photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO) && few;
    boolean indexed = photometric == PALETTE && (bits == 4 || bits == 8);
    boolean palette = (levels || indexed) && samples == 1;
    if (!isRead(compression) || !(gray || rgb || palette)) {
      throw new ImageException(
          Reason.UNSUPPORTED_FORMAT,
          ("the TIFF image has compression %d, photometric interpretation %d and %d samples of %d"
                  + " bits; grey, RGB and palette ones without JPEG inside are read")
              .formatted(compression, photometric, samples, bits));
    }
    if (gray) {
      return ColorCoding.GRAY;
    }
    // ImageIO gives a palette to grey levels too where they are few, or white is zero.
    return palette ? ColorCoding.PALETTE : ColorCoding.RGB;
  }

  /** None, CCITT's three, LZW, Deflate under both its numbers, PackBits. */
  private static boolean isRead(long compression) {
    return compression >= 1 && compression <= 5
        || compression == 8
        || compression == 32_946
        || compression == 32_773;
  }

  /** The first value of an entry, or {@code otherwise} where there is no such entry. */
  private long value(int tag, long otherwise) throws ImageException {
    int entry = entry(tag);
    return entry < 0 ? otherwise : valueAt(entry, tag);
  }

  /** Where an entry begins, or -1. */
  private int entry(int tag) {
    for (int i = 0; i < entries; i++) {
      int entry = directory + i * ENTRY_BYTES;
      if ((tiff.getShort(entry) & 0xffff) == tag) {
        return entry;
      }
    }
    return -1;
  }

  private long valueAt(int entry, int tag) throws ImageException {
    int type = tiff.getShort(entry + 2);
    long count = Integer.toUnsignedLong(tiff.getInt(entry + 4));
    if (type != SHORT && type != LONG || count == 0) {
      throw corrupt("the entry " + tag + " of its directory is no whole number");
    }
    // Values of more than four bytes lie elsewhere.
    boolean inside = count * (type == SHORT ? 2 : 4) <= 4;
    long at = inside ? entry + 8 : Integer.toUnsignedLong(tiff.getInt(entry + 8));
    if (at > bytes.length - 4) {
      throw corrupt("the entry " + tag + " of its directory points outside");
    }
    return type == SHORT
        ? tiff.getShort((int) at) & 0xffff
        : Integer.toUnsignedLong(tiff.getInt((int) at));
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the TIFF image cannot be read: " + what);
  }
}
