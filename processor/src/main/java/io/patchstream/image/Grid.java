package io.patchstream.image;

/**
 * The patch grid of one image: how many patches it has from top to bottom and from left to right.
 *
 * @param rows patches from top to bottom, at least 1
 * @param columns patches from left to right, at least 1
 */
public record Grid(int rows, int columns) {

  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public Grid {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a patch grid has at least one row and one column, not " + rows + "x" + columns);
    }
  }

  /** The number of patches, rows times columns. */
  public int patches() {
    return Math.multiplyExact(rows, columns);
  }

  /** As {@code 14x14}, rows first. */
  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
