package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;

/**
 * Walks the chunks of a PNG file (ISO/IEC 15948) from the signature to the last one, without
 * decoding: the header, the EXIF orientation, the checksums of all that the pixels hang on, and
 * whether the file is whole.
 */
final class PngHeader {

  private static final int IHDR_BYTES = 13;

  /** Deflate packs at most this many bytes into one. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final ImageLimits limits;
  private final PngChunks chunks;
  private final CRC32 crc = new CRC32();

  private int width;
  private int height;
  private ColorCoding coding;
  private int bitsPerPixel;
  private long dataBytes;
  private Orientation orientation = Orientation.UPRIGHT;

  private PngHeader(byte[] bytes, ImageLimits limits) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes);
    this.limits = limits;
    this.chunks = new PngChunks(bytes);
  }

  static ImageHeader read(byte[] png, ImageLimits limits) throws ImageException {
    return new PngHeader(png, limits).read();
  }

  /**
   * The ICC profile in the iCCP chunk: a name, one byte for the way it is packed, and a zlib
   * stream.
   *
   * @param png a file that {@link #read} has accepted
   * @param maxBytes no more than one byte beyond this is unpacked
   * @return null if there is none, or if it is damaged
   */
  static byte[] profile(byte[] png, int maxBytes) {
    PngChunks chunks = new PngChunks(png);
    while (chunks.next() && chunks.type() != PngChunks.IDAT) {
      if (chunks.type() == PngChunks.ICCP) {
        return unpacked(png, chunks.data(), chunks.data() + chunks.length(), maxBytes);
      }
    }
    return null;
  }

  private static byte[] unpacked(byte[] png, int start, int end, int maxBytes) {
    int name = start;
    while (name < end && png[name] != 0) {
      name++;
    }
    int stream = Math.min(name + 2, end);
    try (InputStream zlib =
        new InflaterInputStream(new ByteArrayInputStream(png, stream, end - stream))) {
      return zlib.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      return null;
    }
  }

  private ImageHeader read() throws ImageException {
    do {
      next();
      checkSum();
      chunk();
    } while (chunks.type() != PngChunks.IEND);
    long rowBytes = 1 + ((long) width * bitsPerPixel + 7) / 8;
    if (rowBytes * height > dataBytes * MAX_DEFLATE_RATIO) {
      throw corrupt(dataBytes + " bytes of data cannot hold " + width + "x" + height + " pixels");
    }
    return new ImageHeader(ImageFormat.PNG, width, height, orientation, coding);
  }

  private void next() throws ImageException {
    int position = chunks.position();
    if (!chunks.next()) {
      throw corrupt("it is cut off in the chunk at byte " + position);
    }
  }

  private void checkSum() throws ImageException {
    if (!chunks.isCritical()) {
      return;
    }
    int end = chunks.data() + chunks.length();
    int name = chunks.data() - 4;
    crc.reset();
    crc.update(bytes, name, end - name);
    if ((int) crc.getValue() != buffer.getInt(end)) {
      throw corrupt(
          "the checksum of the chunk %s at byte %d is wrong"
              .formatted(new String(bytes, name, 4, StandardCharsets.ISO_8859_1), name - 4));
    }
  }

  private void chunk() throws ImageException {
    if ((chunks.type() == PngChunks.IHDR) == (width != 0)) {
      throw corrupt("its header is not the first chunk, or there are two");
    }
    switch (chunks.type()) {
      case PngChunks.IHDR -> header(chunks.data(), chunks.length());
      case PngChunks.IDAT -> dataBytes += chunks.length();
      case PngChunks.EXIF -> orientation = Exif.orientation(bytes, chunks.data(), chunks.length());
      default -> {
        // Nothing that is needed before decoding.
      }
    }
  }

  private void header(int at, int length) throws ImageException {
    if (length != IHDR_BYTES) {
      throw corrupt("its header has " + length + " bytes instead of " + IHDR_BYTES);
    }
    width = buffer.getInt(at);
    height = buffer.getInt(at + 4);
    if (width < 1 || height < 1) {
      throw corrupt("its header gives sides of no or more than 2^31 - 1 pixels");
    }
    limits.checkPixels(width, height);
    int depth = bytes[at + 8];
    int type = bytes[at + 9];
    boolean rest = bytes[at + 10] == 0 && bytes[at + 11] == 0 && (bytes[at + 12] | 1) == 1;
    if (!isAllowed(type, depth) || !rest) {
      throw corrupt("its header gives a colour type, depth or method that PNG does not have");
    }
    coding = coding(type);
    bitsPerPixel = depth * samples(type);
  }

  private static boolean isAllowed(int type, int depth) {
    return switch (type) {
      case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
      case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
      case 2, 4, 6 -> depth == 8 || depth == 16;
      default -> false;
    };
  }

  private static ColorCoding coding(int type) {
    return switch (type) {
      case 0, 4 -> ColorCoding.GRAY;
      case 3 -> ColorCoding.PALETTE;
      default -> ColorCoding.RGB;
    };
  }

  /** Samples a pixel of a colour type. */
  static int samples(int type) {
    return switch (type) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the PNG image cannot be read: " + what);
  }
}
