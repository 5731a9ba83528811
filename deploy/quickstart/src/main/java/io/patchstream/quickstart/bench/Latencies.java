package io.patchstream.quickstart.bench;

/** How long each image took that counts. */
final class Latencies {

  private final int warmUp;
  private final double[] millis;
  private long first = Long.MAX_VALUE;
  private long last;

  /**
   * None yet.
   *
   * @param warmUp images before those that count
   * @param counted how many do
   */
  Latencies(int warmUp, int counted) {
    this.warmUp = warmUp;
    millis = new double[counted];
  }

  /**
   * One result.
   *
   * @param number of its image
   * @param dueMillis when its event was due
   * @param seenMillis when its reader saw it
   */
  void add(int number, long dueMillis, long seenMillis) {
    if (number >= warmUp) {
      millis[number - warmUp] = seenMillis - dueMillis;
      first = Math.min(first, dueMillis);
      last = Math.max(last, seenMillis);
    }
  }

  /** All of them, which have come. */
  LoadPoint point(double fraction, double offered) {
    Percentiles percentiles = new Percentiles(millis);
    double throughput = millis.length / ((last - first) / 1e3);
    return new LoadPoint(
        fraction, offered, throughput, millis.length, percentiles.at(0.5), percentiles.at(0.99));
  }
}
