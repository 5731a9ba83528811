package io.patchstream.ops.page;

import java.util.concurrent.atomic.AtomicLong;

/** Takes so many a second at most, evenly, from any thread. */
final class Sampler {

  private final AtomicLong nextNanos;

  /**
   * Takes the first that comes.
   *
   * @param now of {@link System#nanoTime}
   */
  Sampler(long now) {
    nextNanos = new AtomicLong(now);
  }

  /** Whether this one is taken, {@code intervalNanos} at least after the last that was. */
  boolean takes(long now, long intervalNanos) {
    long next = nextNanos.get();
    return now - next >= 0 && nextNanos.compareAndSet(next, now + intervalNanos);
  }
}
