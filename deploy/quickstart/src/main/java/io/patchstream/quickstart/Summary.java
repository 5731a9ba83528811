package io.patchstream.quickstart;

import java.util.List;

/**
 * What came out of the labels topic.
 *
 * @param rows one a size, in the order of the sizes
 * @param imagesPerSecond from the first event to the last label
 * @param medianMillis from an event to its committed label
 * @param p99Millis the same, of the 99th percentile
 */
record Summary(List<Row> rows, double imagesPerSecond, int medianMillis, int p99Millis) {

  /**
   * The pictures of one size.
   *
   * @param size its name and its pixels
   * @param images how many have come out
   * @param right how many of them with the right label
   */
  record Row(String size, int images, int right) {

    /** Share of the pictures whose label is right, 0 to 1; NaN of none. */
    double accuracy() {
      return (double) right / images;
    }
  }

  /** All sizes together. */
  Row all() {
    return new Row(
        "all", rows.stream().mapToInt(Row::images).sum(), rows.stream().mapToInt(Row::right).sum());
  }
}
