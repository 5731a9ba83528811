package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.inference.Inference.Prediction;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The rollout of one image.
 *
 * @param name of the image
 * @param picture what the model sees of it
 * @param grid its patches
 * @param relevance of each patch, row by row: 1 is the mean of all
 * @param predictions what the model says, best first; empty for a model without a head
 */
record Rollout(
    String name,
    BufferedImage picture,
    Grid grid,
    double[] relevance,
    List<Prediction> predictions) {

  /**
   * Of the shares that patches have in what is read; where they have none, nothing is relevant.
   *
   * @param shares [tokens], the patches last
   */
  static double[] relevance(double[] shares, Grid grid) {
    double[] relevance = new double[grid.patches()];
    int prefix = shares.length - relevance.length;
    double sum = 0;
    for (int i = 0; i < relevance.length; i++) {
      sum += shares[prefix + i];
    }
    for (int i = 0; i < relevance.length && sum > 0; i++) {
      relevance[i] = shares[prefix + i] * relevance.length / sum;
    }
    return relevance;
  }

  /**
   * The relevance at a place of the image, between the middles of patches linear.
   *
   * @param y 0 at the top to 1
   * @param x 0 at the left to 1
   */
  double at(double y, double x) {
    double row = Math.max(0, Math.min(grid.rows() - 1, y * grid.rows() - 0.5));
    double column = Math.max(0, Math.min(grid.columns() - 1, x * grid.columns() - 0.5));
    double above = between((int) row, column);
    double below = between(Math.min(grid.rows() - 1, (int) row + 1), column);
    return above + (below - above) * (row - (int) row);
  }

  private double between(int row, double column) {
    int first = row * grid.columns() + (int) column;
    int next = row * grid.columns() + Math.min(grid.columns() - 1, (int) column + 1);
    return relevance[first] + (relevance[next] - relevance[first]) * (column - (int) column);
  }
}
