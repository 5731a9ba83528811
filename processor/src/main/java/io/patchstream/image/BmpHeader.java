package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The two headers at the start of a Windows bitmap (BITMAPFILEHEADER, BITMAPINFOHEADER). */
final class BmpHeader {

  private static final int FILE_HEADER_BYTES = 14;
  private static final int CORE_HEADER_BYTES = 12;
  private static final int INFO_HEADER_BYTES = 40;

  /** The last of the compressions 0 to 3: none, two of runs, and masks. */
  private static final int BITFIELDS = 3;

  private BmpHeader() {}

  static boolean begins(byte[] encoded) {
    return encoded.length >= 2 && encoded[0] == 'B' && encoded[1] == 'M';
  }

  static ImageHeader read(byte[] bmp, ImageLimits limits) throws ImageException {
    ByteBuffer buffer = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = bmp.length < FILE_HEADER_BYTES + 4 ? 0 : buffer.getInt(FILE_HEADER_BYTES);
    boolean core = headerBytes == CORE_HEADER_BYTES;
    boolean known = core || headerBytes >= INFO_HEADER_BYTES;
    if (!known || bmp.length - FILE_HEADER_BYTES < headerBytes) {
      throw corrupt("its header is not whole");
    }
    int width = core ? buffer.getShort(18) & 0xffff : buffer.getInt(18);
    // Rows of a picture of negative height are stored from the top.
    int height = core ? buffer.getShort(20) & 0xffff : Math.abs(buffer.getInt(22));
    int bits = buffer.getShort(core ? 24 : 28);
    if (width < 1 || height < 1) {
      throw corrupt("its header gives " + width + "x" + height + " pixels");
    }
    limits.checkPixels(width, height);
    int compression = core ? 0 : buffer.getInt(30);
    boolean indexed = bits == 1 || bits == 4 || bits == 8;
    boolean direct = bits == 16 || bits == 24 || bits == 32;
    if (!(indexed || direct) || compression < 0 || compression > BITFIELDS) {
      throw new ImageException(
          Reason.UNSUPPORTED_FORMAT,
          ("the BMP image has %d bits a pixel and compression %d; 1, 4, 8, 16, 24 and 32 bits are"
                  + " read, without JPEG or PNG inside")
              .formatted(bits, compression));
    }
    return new ImageHeader(
        ImageFormat.BMP,
        width,
        height,
        Orientation.UPRIGHT,
        indexed ? ColorCoding.PALETTE : ColorCoding.RGB);
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the BMP image cannot be read: " + what);
  }
}
