package io.patchstream.quickstart.bench;

/**
 * The straight line through arrivals, by least squares. Results become visible in bursts, one a
 * commit, so that counting between two instants is off by up to a burst at either end; the slope of
 * the line hardly is.
 */
final class ArrivalLine {

  private long points;
  private double meanSeconds;
  private double meanCount;
  private double seconds2;
  private double secondsCount;

  /**
   * So many have arrived by then.
   *
   * @param seconds since any instant
   * @param count of all arrivals
   */
  void add(double seconds, double count) {
    points++;
    double fromMean = seconds - meanSeconds;
    meanSeconds += fromMean / points;
    meanCount += (count - meanCount) / points;
    seconds2 += fromMean * (seconds - meanSeconds);
    secondsCount += fromMean * (count - meanCount);
  }

  /**
   * Arrivals a second.
   *
   * @throws IllegalStateException if all came at one instant
   */
  double rate() {
    if (!(seconds2 > 0)) {
      throw new IllegalStateException(
          "All results came at once, there is nothing to time: raise --seconds.");
    }
    return secondsCount / seconds2;
  }
}
