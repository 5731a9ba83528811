package io.patchstream.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A number of times a second, evenly. A moment lost is made up for, a longer pause is not. */
final class Pace {

  private static final long MOST_MADE_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final double intervalNanos;
  private final LongSupplier nanos;
  private double due;

  /**
   * Begins now.
   *
   * @param perSecond above 0; infinite never waits
   * @param nanos a clock, as {@link System#nanoTime}
   */
  Pace(double perSecond, LongSupplier nanos) {
    this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.nanos = nanos;
    due = nanos.getAsLong();
  }

  /** Waits for the next time. */
  void await() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(next());
  }

  /** How long until the next time, in nanoseconds; it counts as taken. */
  long next() {
    long now = nanos.getAsLong();
    due = Math.max(due, now - MOST_MADE_UP_NANOS);
    long wait = (long) (due - now);
    due += intervalNanos;
    return wait;
  }
}
