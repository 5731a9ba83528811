package io.patchstream.quickstart.bench;

import java.util.SplittableRandom;

/**
 * Arrivals that know nothing of each other: exponential times between them, the same for a seed.
 */
final class PoissonArrivals {

  private final double perSecond;
  private final SplittableRandom random;
  private double seconds;

  /**
   * None has arrived.
   *
   * @param perSecond arrivals a second in the mean, above 0
   */
  PoissonArrivals(double perSecond, long seed) {
    this.perSecond = perSecond;
    random = new SplittableRandom(seed);
  }

  /** When the next one comes, in nanoseconds from the beginning. */
  long nextNanos() {
    seconds -= Math.log(1 - random.nextDouble()) / perSecond;
    return (long) (seconds * 1e9);
  }
}
