package io.patchstream.image;

import java.util.Arrays;

/**
 * A pooled picture, [height, width] words of 32 bits, as Leptonica lays pixels out: red in the
 * highest byte, green and blue below it; the lowest byte is anything. Its buffer grows to the
 * largest picture it has held and is never given back, so that a warm thread allocates nothing.
 */
final class Pixels {

  static final int RED = 24;
  static final int GREEN = 16;
  static final int BLUE = 8;

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private int width;
  private int height;
  private int[] words = {};

  /** The pixel of these levels, each 0 to 255. */
  static int word(int red, int green, int blue) {
    return red << RED | green << GREEN | blue << BLUE;
  }

  /** One channel of a pixel, 0 to 255. */
  static int level(int word, int channel) {
    return word >> channel & 0xff;
  }

  /** Becomes {@code width} x {@code height}; what the pixels are afterwards is anything. */
  void reshape(int width, int height) {
    words = atLeast((long) width * height, words);
    this.width = width;
    this.height = height;
  }

  /** Paints the whole picture in one colour, 0xRRGGBB. */
  void fill(int colour) {
    Arrays.fill(words, 0, width * height, colour << BLUE);
  }

  /**
   * Becomes {@code width} x {@code height} of one colour, 0xRRGGBB, with {@code part} on it.
   *
   * @param frame where {@code part} goes, all of it within the picture
   */
  void compose(int width, int height, Pixels part, Frame frame, int colour) {
    reshape(width, height);
    fill(colour);
    for (int y = 0; y < frame.height(); y++) {
      int to = (frame.top() + y) * width + frame.left();
      System.arraycopy(part.words, y * frame.width(), words, to, frame.width());
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The buffer; its first {@code width * height} words count. */
  int[] words() {
    return words;
  }

  /**
   * {@code buffer} if it holds {@code size} words, or a new one that does.
   *
   * @throws OutOfMemoryError if an array cannot be so large
   */
  static int[] atLeast(long size, int[] buffer) {
    if (size > MAX_ARRAY) {
      throw new OutOfMemoryError(size + " pixels do not fit into one array");
    }
    return buffer.length >= size ? buffer : new int[(int) size];
  }
}
