package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Walks the segments of a JPEG file (ITU T.81, annex B) from the first to the last marker, without
 * decoding: the frame header, the markers that say what the components stand for, the EXIF
 * orientation, and whether the file is whole.
 */
final class JpegHeader {

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;
  private static final int SOF15 = 0xcf;

  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final int ADOBE_TRANSFORM = 11;
  private static final byte[] ICC = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);

  /**
   * Encoders write some ten scans. Each costs a pass over all coefficients, however few its bytes:
   * without a bound a small file keeps a thread busy for minutes.
   */
  private static final int MAX_SCANS = 100;

  private final byte[] bytes;
  private final ImageLimits limits;
  private int position = 2;

  private int width;
  private int height;
  private int scans;
  private byte[] components = {};
  private boolean jfif;
  private int adobeTransform = -1;
  private Orientation orientation;

  private JpegHeader(byte[] bytes, ImageLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  static boolean begins(byte[] encoded) {
    return encoded.length >= 3
        && (encoded[0] & 0xff) == 0xff
        && (encoded[1] & 0xff) == SOI
        && (encoded[2] & 0xff) == 0xff;
  }

  static ImageHeader read(byte[] jpeg, ImageLimits limits) throws ImageException {
    return new JpegHeader(jpeg, limits).read();
  }

  /**
   * The ICC profile, put together from the APP2 segments that hold its parts (ICC.1:2022, annex
   * B.4): name, number of the part from 1 on, number of parts, the part.
   *
   * @param jpeg a file that {@link #read} has accepted
   * @return null if there is none, or not all of it
   */
  static byte[] profile(byte[] jpeg) throws ImageException {
    JpegHeader walk = new JpegHeader(jpeg, null);
    SortedMap<Integer, byte[]> parts = new TreeMap<>();
    int expected = 0;
    for (int marker = walk.nextMarker(); marker != SOS; marker = walk.nextMarker()) {
      if (hasSegment(marker)) {
        int start = walk.position + 2;
        int end = walk.position + walk.segmentLength(marker);
        int part = start + ICC.length;
        if (marker == APP2 && end - part >= 2 && walk.startsWith(ICC, start, end)) {
          parts.put(jpeg[part] & 0xff, Arrays.copyOfRange(jpeg, part + 2, end));
          expected = jpeg[part + 1] & 0xff;
        }
        walk.position = end;
      }
    }
    boolean whole = !parts.isEmpty() && parts.size() == expected && parts.lastKey() == expected;
    return whole ? joined(parts.values()) : null;
  }

  private static byte[] joined(Collection<byte[]> parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.forEach(whole::writeBytes);
    return whole.toByteArray();
  }

  private ImageHeader read() throws ImageException {
    for (int marker = nextMarker(); marker != EOI; marker = nextMarker()) {
      if (hasSegment(marker)) {
        int start = position + 2;
        int end = position + segmentLength(marker);
        segment(marker, start, end);
        position = end;
      }
    }
    if (scans == 0) {
      throw corrupt("it ends without a picture");
    }
    return new ImageHeader(
        ImageFormat.JPEG,
        width,
        height,
        orientation == null ? Orientation.UPRIGHT : orientation,
        coding());
  }

  /** Skips whatever is before the next marker, the coded picture included, and the marker. */
  private int nextMarker() throws ImageException {
    int last = bytes.length - 1;
    for (int at = nextMark(position); at < last; at = nextMark(at + 1)) {
      int code = bytes[at + 1] & 0xff;
      // 0xff 0x00 is a coded 0xff, 0xff 0xff is padding; restarts belong to the coded picture.
      if (code != 0 && code != 0xff && !isRestart(code)) {
        position = at + 2;
        return code;
      }
    }
    throw corrupt("it is cut off: no end marker in " + bytes.length + " bytes");
  }

  /** The next 0xff at or after a position: a loop of its own, for megabytes go through it. */
  private int nextMark(int from) {
    byte[] bytes = this.bytes;
    int at = from;
    while (at < bytes.length && bytes[at] != (byte) 0xff) {
      at++;
    }
    return at;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xd0 && marker <= 0xd7;
  }

  private static boolean hasSegment(int marker) {
    return marker != SOI && marker != 0x01;
  }

  private int segmentLength(int marker) throws ImageException {
    int left = bytes.length - position;
    int length = left < 2 ? 0 : unsignedShort(position);
    if (length < 2 || length > left) {
      throw corrupt("the segment 0x%x at byte %d is not whole".formatted(marker, position - 2));
    }
    return length;
  }

  private void segment(int marker, int start, int end) throws ImageException {
    switch (marker) {
      case APP0 -> jfif |= startsWith(JFIF, start, end);
      case APP1 -> exif(start, end);
      case APP14 -> adobe(start, end);
      case SOS -> scan();
      default -> {
        if (isFrame(marker)) {
          frame(marker, start, end);
        }
      }
    }
  }

  private void exif(int start, int end) {
    if (orientation == null && startsWith(EXIF, start, end)) {
      int tiff = start + EXIF.length;
      orientation = Exif.orientation(bytes, tiff, end - tiff);
    }
  }

  private void adobe(int start, int end) {
    if (startsWith(ADOBE, start, end) && end - start > ADOBE_TRANSFORM) {
      adobeTransform = bytes[start + ADOBE_TRANSFORM] & 0xff;
    }
  }

  private void scan() throws ImageException {
    if (width == 0) {
      throw corrupt("a scan comes before the frame header");
    }
    if (++scans > MAX_SCANS) {
      throw corrupt("it has more than " + MAX_SCANS + " scans");
    }
  }

  private static boolean isFrame(int marker) {
    boolean tableOrReserved = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
    return marker >= SOF0 && marker <= SOF15 && !tableOrReserved;
  }

  private void frame(int marker, int start, int end) throws ImageException {
    if (marker > SOF2) {
      throw unsupported("a lossless, hierarchical or arithmetic frame (0x%x)".formatted(marker));
    }
    if (width != 0) {
      throw corrupt("it has two frame headers");
    }
    int count = end - start < 6 ? 0 : bytes[start + 5] & 0xff;
    if (count == 0 || end - start != 6 + 3 * count) {
      throw corrupt("its frame header is not whole");
    }
    if (bytes[start] != 8) {
      throw unsupported(bytes[start] + " bits a sample");
    }
    if (count != 1 && count != 3 && count != 4) {
      throw unsupported(count + " components");
    }
    height = unsignedShort(start + 1);
    width = unsignedShort(start + 3);
    if (width == 0 || height == 0) {
      throw corrupt("its frame header gives " + width + "x" + height + " pixels");
    }
    limits.checkPixels(width, height);
    components = new byte[count];
    for (int i = 0; i < count; i++) {
      components[i] = bytes[start + 6 + 3 * i];
    }
  }

  /** What the components stand for, by the rules that libjpeg made customary. */
  private ColorCoding coding() {
    if (components.length == 1) {
      return ColorCoding.GRAY;
    }
    if (components.length == 4) {
      return adobeTransform == 2 ? ColorCoding.YCCK : ColorCoding.CMYK;
    }
    boolean namedRgb = Arrays.equals(components, new byte[] {'R', 'G', 'B'});
    boolean rgb = !jfif && (adobeTransform == 0 || adobeTransform == -1 && namedRgb);
    return rgb ? ColorCoding.RGB : ColorCoding.YCBCR;
  }

  private boolean startsWith(byte[] name, int start, int end) {
    return end - start >= name.length
        && Arrays.equals(bytes, start, start + name.length, name, 0, name.length);
  }

  private int unsignedShort(int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private static ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, "the JPEG image cannot be read: " + what);
  }

  private static ImageException unsupported(String what) {
    return new ImageException(
        Reason.UNSUPPORTED_FORMAT,
        "the JPEG image has " + what + "; 8-bit baseline and progressive ones are read");
  }
}
