package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the chunks of a WebP file (RFC 9649): the canvas, the EXIF orientation, and the bitstream
 * of the picture or of an animation's first frame.
 */
final class WebpHeader {

  private static final int FILE_HEADER_BYTES = 12;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int ANIMATION_FRAME_BYTES = 16;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final ByteBuffer buffer;

  private int canvasWidth;
  private int canvasHeight;
  private Orientation orientation = Orientation.UPRIGHT;
  private Frame frame;
  private boolean inFrame;
  private int bitstream = -1;
  private int bitstreamEnd;
  private int profile = -1;
  private int profileEnd;

  private WebpHeader(byte[] bytes) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean begins(byte[] encoded) {
    return encoded.length >= FILE_HEADER_BYTES
        && name(encoded, 0).equals("RIFF")
        && name(encoded, 8).equals("WEBP");
  }

  static ImageHeader read(byte[] webp, ImageLimits limits) throws ImageException {
    WebpHeader header = new WebpHeader(webp);
    header.walk();
    limits.checkPixels(header.canvasWidth, header.canvasHeight);
    return new ImageHeader(
        ImageFormat.WEBP,
        header.canvasWidth,
        header.canvasHeight,
        header.orientation,
        ColorCoding.RGB,
        header.frame);
  }

  /**
   * The first frame as a file of its own, without its alpha, which is not looked at.
   *
   * @throws ImageException as {@link #read}
   */
  static byte[] firstFrame(byte[] webp) throws ImageException {
    WebpHeader header = new WebpHeader(webp);
    header.walk();
    int length = header.bitstreamEnd - header.bitstream;
    ByteBuffer file =
        ByteBuffer.allocate(FILE_HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(webp, 0, 4).putInt(4 + length).put(webp, 8, 4).put(webp, header.bitstream, length);
    return file.array();
  }

  /**
   * The ICC profile in the ICCP chunk, or null.
   *
   * @throws ImageException as {@link #read}
   */
  static byte[] profile(byte[] webp) throws ImageException {
    WebpHeader header = new WebpHeader(webp);
    header.walk();
    return header.profile < 0 ? null : Arrays.copyOfRange(webp, header.profile, header.profileEnd);
  }

  private void walk() throws ImageException {
    long declared = Integer.toUnsignedLong(buffer.getInt(4)) + CHUNK_HEADER_BYTES;
    if (declared > bytes.length) {
      throw corrupt("it is cut off: %d of %d bytes".formatted(bytes.length, declared));
    }
    walk(FILE_HEADER_BYTES, (int) declared);
    if (bitstream < 0) {
      throw corrupt("it ends without a picture");
    }
    boolean inside =
        frame.left() + frame.width() <= canvasWidth && frame.top() + frame.height() <= canvasHeight;
    if (!inside) {
      throw corrupt("its first frame reaches beyond its canvas");
    }
  }

  private void walk(int from, int end) throws ImageException {
    int at = from;
    while (end - at >= CHUNK_HEADER_BYTES) {
      long length = Integer.toUnsignedLong(buffer.getInt(at + 4));
      int content = at + CHUNK_HEADER_BYTES;
      if (length > end - content) {
        throw corrupt("the chunk at byte " + at + " is cut off");
      }
      chunk(name(bytes, at), content, (int) length);
      at = content + (int) Math.min(length + (length & 1), end - content);
    }
  }

  private void chunk(String name, int at, int length) throws ImageException {
    switch (name) {
      case "VP8X" -> {
        need(length, 10);
        canvasWidth = 1 + threeBytes(at + 4);
        canvasHeight = 1 + threeBytes(at + 7);
      }
      case "ANMF" -> animationFrame(at, length);
      case "VP8 " -> {
        need(length, 10);
        picture(at, length, buffer.getShort(at + 6) & 0x3fff, buffer.getShort(at + 8) & 0x3fff);
      }
      case "VP8L" -> {
        need(length, 5);
        int sides = buffer.getInt(at + 1);
        picture(at, length, 1 + (sides & 0x3fff), 1 + (sides >> 14 & 0x3fff));
      }
      case "EXIF" -> exif(at, length);
      case "ICCP" -> {
        profile = at;
        profileEnd = at + length;
      }
      default -> {
        // Nothing that the pixels hang on.
      }
    }
  }

  private void animationFrame(int at, int length) throws ImageException {
    need(length, ANIMATION_FRAME_BYTES);
    if (bitstream >= 0 || inFrame) {
      return;
    }
    inFrame = true;
    walk(at + ANIMATION_FRAME_BYTES, at + length);
    inFrame = false;
    if (bitstream >= 0) {
      int left = 2 * threeBytes(at);
      int top = 2 * threeBytes(at + 3);
      frame = new Frame(left, top, frame.width(), frame.height());
    }
  }

  private void picture(int at, int length, int width, int height) throws ImageException {
    if (bitstream >= 0) {
      return;
    }
    if (width == 0 || height == 0) {
      throw corrupt("it has " + width + "x" + height + " pixels");
    }
    frame = new Frame(0, 0, width, height);
    if (canvasWidth == 0) {
      canvasWidth = width;
      canvasHeight = height;
    }
    bitstream = at - CHUNK_HEADER_BYTES;
    bitstreamEnd = at + length;
  }

  private void exif(int at, int length) {
    boolean named =
        length >= EXIF.length && Arrays.equals(bytes, at, at + EXIF.length, EXIF, 0, EXIF.length);
    int skipped = named ? EXIF.length : 0;
    orientation = Exif.orientation(bytes, at + skipped, length - skipped);
  }

  private int threeBytes(int at) {
    return buffer.getShort(at) & 0xffff | (bytes[at + 2] & 0xff) << 16;
  }

  private static String name(byte[] bytes, int at) {
    return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static void need(int length, int atLeast) throws ImageException {
    if (length < atLeast) {
      throw corrupt("a chunk has " + length + " bytes instead of " + atLeast);
    }
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the WebP image cannot be read: " + what);
  }
}
