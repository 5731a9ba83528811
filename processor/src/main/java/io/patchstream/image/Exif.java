package io.patchstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one entry of EXIF that changes the pixels (EXIF 2.32, in TIFF 6.0's layout). */
final class Exif {

  private static final int BIG_ENDIAN = 0x4d4d;
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int MAGIC = 42;
  private static final int ENTRY_BYTES = 12;
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;

  private Exif() {}

  /**
   * The orientation that the first directory gives; upright where there is none, or where the EXIF
   * is damaged: the picture itself is whole all the same.
   */
  static Orientation orientation(byte[] bytes, int offset, int length) {
    ByteBuffer tiff = ByteBuffer.wrap(bytes, offset, length).slice();
    if (length < 8) {
      return Orientation.UPRIGHT;
    }
    int order = tiff.getShort(0);
    if (order != BIG_ENDIAN && order != LITTLE_ENDIAN) {
      return Orientation.UPRIGHT;
    }
    tiff.order(order == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return tiff.getShort(2) == MAGIC ? firstDirectory(tiff) : Orientation.UPRIGHT;
  }

  private static Orientation firstDirectory(ByteBuffer tiff) {
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory > tiff.limit() - 2) {
      return Orientation.UPRIGHT;
    }
    int entry = (int) directory + 2;
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries && entry <= tiff.limit() - ENTRY_BYTES; i++, entry += ENTRY_BYTES) {
      boolean found =
          tiff.getShort(entry) == ORIENTATION
              && tiff.getShort(entry + 2) == SHORT
              && tiff.getInt(entry + 4) == 1;
      if (found) {
        return Orientation.of(Short.toUnsignedInt(tiff.getShort(entry + 8)));
      }
    }
    return Orientation.UPRIGHT;
  }
}
