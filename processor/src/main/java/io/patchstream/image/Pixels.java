package io.patchstream.image;

/**
 * A pooled picture, [height, width, 3] bytes in the order red, green, blue. Its buffer grows to the
 * largest picture it has held and is never given back, so that a warm thread allocates nothing.
 */
final class Pixels {

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private int width;
  private int height;
  private byte[] rgb = {};

  /** Becomes {@code width} x {@code height}; what the bytes hold afterwards is anything. */
  void reshape(int width, int height) {
    rgb = atLeast(3L * width * height, rgb);
    this.width = width;
    this.height = height;
  }

  /** Paints the whole picture in one colour, 0xRRGGBB. */
  void fill(int colour) {
    for (int i = 0; i < 3 * width * height; i += 3) {
      rgb[i] = (byte) (colour >> 16);
      rgb[i + 1] = (byte) (colour >> 8);
      rgb[i + 2] = (byte) colour;
    }
  }

  /**
   * Becomes {@code width} x {@code height} of one colour, 0xRRGGBB, with {@code part} on it.
   *
   * @param frame where {@code part} goes, all of it within the picture
   */
  void compose(int width, int height, Pixels part, Frame frame, int colour) {
    reshape(width, height);
    fill(colour);
    int row = 3 * frame.width();
    for (int y = 0; y < frame.height(); y++) {
      int to = 3 * ((frame.top() + y) * width + frame.left());
      System.arraycopy(part.rgb, y * row, rgb, to, row);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The buffer; its first {@code 3 * width * height} bytes count. */
  byte[] rgb() {
    return rgb;
  }

  /**
   * {@code buffer} if it holds {@code size} bytes, or a new one that does.
   *
   * @throws OutOfMemoryError if an array cannot be so large
   */
  static byte[] atLeast(long size, byte[] buffer) {
    if (size > MAX_ARRAY) {
      throw new OutOfMemoryError(size + " bytes do not fit into one array");
    }
    return buffer.length >= size ? buffer : new byte[(int) size];
  }
}
