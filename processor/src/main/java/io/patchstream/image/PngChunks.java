package io.patchstream.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The chunks of a PNG file (ISO/IEC 15948, clause 5), one after the other from the signature on.
 */
final class PngChunks {

  static final int IHDR = 0x49484452;
  static final int PLTE = 0x504c5445;
  static final int IDAT = 0x49444154;
  static final int IEND = 0x49454e44;
  static final int EXIF = 0x65584966;
  static final int ICCP = 0x69434350;

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Bit 5 of a name's first letter: set in small letters, which ancillary chunks begin with. */
  private static final int ANCILLARY = 0x20 << 24;

  /** Its length, its name and its checksum. */
  private static final int FRAME_BYTES = 12;

  private final ByteBuffer png;
  private int position = SIGNATURE.length;
  private int type;
  private int data;
  private int length;

  PngChunks(byte[] png) {
    this.png = ByteBuffer.wrap(png);
  }

  static boolean begin(byte[] encoded) {
    return encoded.length >= SIGNATURE.length
        && Arrays.equals(encoded, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** Goes to the next chunk; false where the file ends or is cut off within it. */
  boolean next() {
    int room = png.limit() - position - FRAME_BYTES;
    int declared = room < 0 ? -1 : png.getInt(position);
    if (declared < 0 || declared > room) {
      return false;
    }
    length = declared;
    type = png.getInt(position + 4);
    data = position + 8;
    position += FRAME_BYTES + length;
    return true;
  }

  /** Where the next chunk begins. */
  int position() {
    return position;
  }

  /** The four letters of this chunk's name, the first in the highest byte. */
  int type() {
    return type;
  }

  /** Where this chunk's data begins. */
  int data() {
    return data;
  }

  /** The bytes of its data. */
  int length() {
    return length;
  }

  boolean isCritical() {
    return (type & ANCILLARY) == 0;
  }
}
