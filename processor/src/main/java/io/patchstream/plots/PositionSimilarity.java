package io.patchstream.plots;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;

/**
 * The cosine similarity of the position embeddings of patches: of one that was trained neighbours
 * are alike, since they mean nearly the same place.
 */
public final class PositionSimilarity {

  private final Grid grid;
  private final int length;
  private final float[] directions; // [patches, D], each of length 1, or 0 where there is none

  /**
   * Of the positions of a grid.
   *
   * @param table [1, prefix tokens + patches, D], from its position to its limit; not moved
   * @param length D
   */
  public PositionSimilarity(FloatBuffer table, Grid grid, int length) {
    this.grid = grid;
    this.length = length;
    this.directions = new float[grid.patches() * length];
    table.get(table.limit() - directions.length, directions);
    for (int position = 0; position < grid.patches(); position++) {
      toUnitLength(position);
    }
  }

  private void toUnitLength(int position) {
    double norm = Math.sqrt(dot(position, position));
    if (norm > 0) {
      for (int i = position * length; i < (position + 1) * length; i++) {
        directions[i] /= (float) norm;
      }
    }
  }

  /** The patches that have the positions. */
  public Grid grid() {
    return grid;
  }

  /** The cosine of two positions, numbered row by row, -1 to 1; 0 where one is all zeros. */
  public double of(int position, int other) {
    return dot(position, other);
  }

  private double dot(int position, int other) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) directions[position * length + i] * directions[other * length + i];
    }
    return sum;
  }

  /** The mean of all pairs that lie next to each other in a row or column; NaN without any. */
  public double ofNeighbours() {
    return mean(0, 1);
  }

  /** The mean of all pairs that lie further apart than half of the longer side; NaN without any. */
  public double ofFarApart() {
    return mean(Math.max(grid.rows(), grid.columns()) / 2.0, Double.MAX_VALUE);
  }

  /** Of pairs that are more than {@code above} and at most {@code atMost} patches apart. */
  private double mean(double above, double atMost) {
    double sum = 0;
    long pairs = 0;
    for (int position = 0; position < grid.patches(); position++) {
      for (int other = position + 1; other < grid.patches(); other++) {
        double apart =
            Math.hypot(
                other / grid.columns() - position / grid.columns(),
                other % grid.columns() - position % grid.columns());
        if (apart > above && apart <= atMost) {
          sum += of(position, other);
          pairs++;
        }
      }
    }
    return pairs == 0 ? Double.NaN : sum / pairs;
  }
}
