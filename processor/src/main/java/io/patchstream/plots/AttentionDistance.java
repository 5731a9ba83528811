package io.patchstream.plots;

import io.patchstream.image.Grid;

/**
 * How far away heads look: the distance in pixels from the middle of a patch to those that it
 * attends to, weighted by its attention to them, the mean over all patches and images. Other tokens
 * have no place; what a patch attends to beside patches does not count.
 */
final class AttentionDistance {

  private final Grid grid;
  private final double[] distances; // by rows and columns apart
  private final double[][] sums;
  private int images;

  /**
   * Of images of one grid.
   *
   * @param patchSize side of a patch in pixels
   */
  AttentionDistance(Grid grid, int patchSize, int blocks, int heads) {
    this.grid = grid;
    this.sums = new double[blocks][heads];
    this.distances = new double[grid.patches()];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = patchSize * Math.hypot(i / grid.columns(), i % grid.columns());
    }
  }

  /** Tells that what follows is another image's. */
  void nextImage() {
    images++;
  }

  /**
   * One head's attention to the image.
   *
   * @param probabilities [tokens, tokens], the patches last
   */
  void add(int block, int head, float[] probabilities) {
    int tokens = (int) Math.round(Math.sqrt(probabilities.length));
    int prefix = tokens - grid.patches();
    double sum = 0;
    for (int patch = 0; patch < grid.patches(); patch++) {
      sum += ofPatch(patch, probabilities, (prefix + patch) * tokens + prefix);
    }
    sums[block][head] += sum / grid.patches();
  }

  /** Of a patch whose attention to all patches begins at an index. */
  private double ofPatch(int patch, float[] probabilities, int from) {
    int row = patch / grid.columns();
    int column = patch % grid.columns();
    double weighted = 0;
    double weights = 0;
    for (int other = 0; other < grid.patches(); other++) {
      int rows = Math.abs(other / grid.columns() - row);
      int columns = Math.abs(other % grid.columns() - column);
      double weight = probabilities[from + other];
      weighted += weight * distances[rows * grid.columns() + columns];
      weights += weight;
    }
    return weights == 0 ? 0 : weighted / weights;
  }

  /** Of each head, [blocks][heads], in pixels. */
  double[][] means() {
    double[][] means = new double[sums.length][sums[0].length];
    for (int block = 0; block < sums.length; block++) {
      for (int head = 0; head < sums[block].length; head++) {
        means[block][head] = sums[block][head] / images;
      }
    }
    return means;
  }

  /** Of a head that attends to all patches alike, in pixels. */
  double ofUniformAttention() {
    double sum = 0;
    for (int patch = 0; patch < grid.patches(); patch++) {
      for (int other = 0; other < grid.patches(); other++) {
        int rows = Math.abs(other / grid.columns() - patch / grid.columns());
        int columns = Math.abs(other % grid.columns() - patch % grid.columns());
        sum += distances[rows * grid.columns() + columns];
      }
    }
    return sum / ((double) grid.patches() * grid.patches());
  }
}
