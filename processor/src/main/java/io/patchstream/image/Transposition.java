package io.patchstream.image;

/**
 * Rows of pixels to columns and back, eight columns at a time: each word is loaded and stored once,
 * and neighbours of a row share its cache line.
 */
final class Transposition {

  /** Columns that are turned together. */
  static final int TILE = 8;

  private Transposition() {}

  /**
   * Turns the columns from {@code column} on, of the rows {@code first} to before {@code end}.
   *
   * @return the column after the last one that was turned
   */
  static int toColumns(Pixels source, int first, int end, int column, LineRing columns) {
    int width = source.width();
    int at = first * width + column;
    if (column + TILE > width) {
      one(source.words(), at, width, end - first, columns.get(column));
      return column + 1;
    }
    eight(
        source.words(),
        at,
        width,
        end - first,
        columns.get(column),
        columns.get(column + 1),
        columns.get(column + 2),
        columns.get(column + 3),
        columns.get(column + 4),
        columns.get(column + 5),
        columns.get(column + 6),
        columns.get(column + 7));
    return column + TILE;
  }

  private static void one(int[] words, int at, int width, int rows, int[] column) {
    for (int y = 0, i = at; y < rows; y++, i += width) {
      column[y] = words[i];
    }
  }

  private static void eight(
      int[] words,
      int at,
      int width,
      int rows,
      int[] a,
      int[] b,
      int[] c,
      int[] d,
      int[] e,
      int[] f,
      int[] g,
      int[] h) {
    for (int y = 0, i = at; y < rows; y++, i += width) {
      a[y] = words[i];
      b[y] = words[i + 1];
      c[y] = words[i + 2];
      d[y] = words[i + 3];
      e[y] = words[i + 4];
      f[y] = words[i + 5];
      g[y] = words[i + 6];
      h[y] = words[i + 7];
    }
  }

  /**
   * Turns eight columns back, the first of them {@code column}, into the rows {@code first} to
   * before {@code end}, which have room for all eight.
   */
  static void toRows(LineRing columns, int column, int first, int end, LineRing rows) {
    int[] a = columns.get(column);
    int[] b = columns.get(column + 1);
    int[] c = columns.get(column + 2);
    int[] d = columns.get(column + 3);
    int[] e = columns.get(column + 4);
    int[] f = columns.get(column + 5);
    int[] g = columns.get(column + 6);
    int[] h = columns.get(column + 7);
    for (int y = 0; y < end - first; y++) {
      int[] row = rows.get(first + y);
      row[column] = a[y];
      row[column + 1] = b[y];
      row[column + 2] = c[y];
      row[column + 3] = d[y];
      row[column + 4] = e[y];
      row[column + 5] = f[y];
      row[column + 6] = g[y];
      row[column + 7] = h[y];
    }
  }
}
