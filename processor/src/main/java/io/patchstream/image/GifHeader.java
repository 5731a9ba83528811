package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Walks the blocks of a GIF file (GIF89a) up to its first frame, the only one that is read. */
final class GifHeader {

  private static final int SCREEN_END = 13;
  private static final int FRAME_BYTES = 10;
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;

  private final byte[] bytes;
  private final ByteBuffer buffer;

  private GifHeader(byte[] bytes) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean begins(byte[] encoded) {
    if (encoded.length < 6) {
      return false;
    }
    String signature = new String(encoded, 0, 6, StandardCharsets.ISO_8859_1);
    return signature.equals("GIF87a") || signature.equals("GIF89a");
  }

  static ImageHeader read(byte[] gif, ImageLimits limits) throws ImageException {
    return new GifHeader(gif).read(limits);
  }

  private ImageHeader read(ImageLimits limits) throws ImageException {
    need(SCREEN_END);
    int at = SCREEN_END + colours(bytes[10]);
    need(at + 1);
    while (bytes[at] == EXTENSION) {
      at = afterBlocks(at + 2);
      need(at + 1);
    }
    if (bytes[at] != FRAME) {
      throw corrupt("it ends without a picture");
    }
    need(at + FRAME_BYTES);
    Frame frame = new Frame(side(at + 1), side(at + 3), side(at + 5), side(at + 7));
    if (frame.width() == 0 || frame.height() == 0) {
      throw corrupt("its first frame has no pixels");
    }
    // As Pillow and browsers do: a frame larger than the screen makes the screen larger.
    int width = Math.max(side(6), frame.left() + frame.width());
    int height = Math.max(side(8), frame.top() + frame.height());
    limits.checkPixels(width, height);
    return new ImageHeader(
        ImageFormat.GIF, width, height, Orientation.UPRIGHT, ColorCoding.PALETTE, frame);
  }

  /** Bytes of the table of colours that the flags announce. */
  private static int colours(byte flags) {
    return flags < 0 ? 3 << ((flags & 7) + 1) : 0;
  }

  private int afterBlocks(int from) throws ImageException {
    int at = from;
    need(at + 1);
    while (bytes[at] != 0) {
      at += 1 + (bytes[at] & 0xff);
      need(at + 1);
    }
    return at + 1;
  }

  private int side(int at) {
    return buffer.getShort(at) & 0xffff;
  }

  private void need(int length) throws ImageException {
    if (bytes.length < length) {
      throw corrupt("it is cut off before its first frame");
    }
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the GIF image cannot be read: " + what);
  }
}
