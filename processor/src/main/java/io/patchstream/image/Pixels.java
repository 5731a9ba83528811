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
