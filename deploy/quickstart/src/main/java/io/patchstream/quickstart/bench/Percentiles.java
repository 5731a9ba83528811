package io.patchstream.quickstart.bench;

import java.util.Arrays;

/** Values in ascending order, to be asked for their percentiles. */
final class Percentiles {

  private final double[] ascending;

  /**
   * Takes a copy.
   *
   * @throws IllegalArgumentException if there are no values
   */
  Percentiles(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("there are no values");
    }
    ascending = values.clone();
    Arrays.sort(ascending);
  }

  /** The one in the middle, or the mean of the two that are. */
  double median() {
    int middle = ascending.length / 2;
    return ascending.length % 2 == 1
        ? ascending[middle]
        : (ascending[middle - 1] + ascending[middle]) / 2;
  }

  /**
   * The smallest value that so much of all values do not exceed (nearest rank).
   *
   * @param share above 0, at most 1
   */
  double at(double share) {
    // A share such as 0.99 is no exact binary fraction: 100 times it is a little above 99.
    int rank = (int) Math.ceil(share * ascending.length - 1e-9);
    return ascending[Math.max(1, rank) - 1];
  }
}
