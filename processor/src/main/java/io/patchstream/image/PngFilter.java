package io.patchstream.image;

/**
 * Takes back what the filters of PNG (ISO/IEC 15948, clause 9) did to a row: each byte was stored
 * as its difference to a prediction from the one a pixel to the left, the one above, and the one
 * above that to the left.
 *
 * <p>Rows begin with {@link #MARGIN} zeros, so that the first pixel has a left neighbour too.
 */
final class PngFilter {

  /** The bytes of the widest pixel, RGB and alpha of 16 bits. */
  static final int MARGIN = 8;

  private PngFilter() {}

  /**
   * Takes one row's filter back.
   *
   * @param type the filter
   * @param from holds the filtered bytes, from {@code at} on
   * @param pixel bytes a pixel, at least 1
   * @param above the row above, or zeros
   * @param row becomes the row
   * @param end where the rows end, behind the margin
   * @return false if there is no such filter
   */
  static boolean undo(int type, byte[] from, int at, int pixel, byte[] above, byte[] row, int end) {
    switch (type) {
      case 0 -> System.arraycopy(from, at, row, MARGIN, end - MARGIN);
      case 1 -> sub(from, at, pixel, row, end);
      case 2 -> up(from, at, above, row, end);
      case 3 -> average(from, at, pixel, above, row, end);
      case 4 -> paeth(from, at, pixel, above, row, end);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void sub(byte[] from, int at, int pixel, byte[] row, int end) {
    for (int i = MARGIN, j = at; i < end; i++, j++) {
      row[i] = (byte) (from[j] + row[i - pixel]);
    }
  }

  private static void up(byte[] from, int at, byte[] above, byte[] row, int end) {
    for (int i = MARGIN, j = at; i < end; i++, j++) {
      row[i] = (byte) (from[j] + above[i]);
    }
  }

  private static void average(byte[] from, int at, int pixel, byte[] above, byte[] row, int end) {
    for (int i = MARGIN, j = at; i < end; i++, j++) {
      int sum = (row[i - pixel] & 0xff) + (above[i] & 0xff);
      row[i] = (byte) (from[j] + (sum >> 1));
    }
  }

  private static void paeth(byte[] from, int at, int pixel, byte[] above, byte[] row, int end) {
    for (int i = MARGIN, j = at; i < end; i++, j++) {
      int left = row[i - pixel] & 0xff;
      int up = above[i] & 0xff;
      int corner = above[i - pixel] & 0xff;
      row[i] = (byte) (from[j] + nearest(left, up, corner));
    }
  }

  /**
   * The one of three that is nearest to left + up - corner, the former where two are. Without
   * branches: what noise decides no processor can predict.
   */
  static int nearest(int left, int up, int corner) {
    int low = Math.min(left, up);
    int high = Math.max(left, up);
    // At or beyond one of the two, the corner is farthest from the other.
    int turned = 3 * corner - left - up;
    int beyondHigh = ~(turned - high >> 31);
    int beyondLow = ~(low - turned >> 31);
    int inside = corner ^ (corner ^ low) & beyondHigh;
    return inside ^ (inside ^ high) & beyondLow;
  }
}
