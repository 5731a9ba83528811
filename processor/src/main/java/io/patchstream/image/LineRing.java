package io.patchstream.image;

/**
 * Rows or columns of packed pixels, each an array of its own: the loops of {@link WeightedSum}
 * index all their arrays by the same variable, which C2 then knows not to overlap. A line gives way
 * to the one that comes {@code lines} after it.
 */
final class LineRing {

  private int[][] lines = {};
  private int length;

  /**
   * Holds at least so many lines of at least this length; what is in them is anything.
   *
   * @throws OutOfMemoryError if that is more than one array could hold
   */
  void reshape(int lines, int length) {
    if (this.lines.length >= lines && this.length >= length) {
      return;
    }
    if ((long) lines * length > Integer.MAX_VALUE) {
      throw new OutOfMemoryError("%d lines of %d pixels are too many".formatted(lines, length));
    }
    // A power of two: a mask finds a line.
    int count = Math.max(this.lines.length, Integer.highestOneBit(lines * 2 - 1));
    this.length = Math.max(this.length, length);
    this.lines = new int[count][this.length];
  }

  int[] get(int number) {
    return lines[number & lines.length - 1];
  }
}
