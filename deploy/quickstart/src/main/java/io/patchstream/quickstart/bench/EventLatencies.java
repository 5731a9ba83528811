package io.patchstream.quickstart.bench;

/** How long each image that counts took, from its event to its reader. */
final class EventLatencies {

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
  EventLatencies(int warmUp, int counted) {
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

  /** Of all that count, which have come. */
  Percentiles millis() {
    return new Percentiles(millis);
  }

  int images() {
    return millis.length;
  }

  /** Images a second, from the first that was due to the last that was seen. */
  double throughput() {
    return millis.length / ((last - first) / 1e3);
  }
}
