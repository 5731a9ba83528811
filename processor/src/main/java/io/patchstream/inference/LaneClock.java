package io.patchstream.inference;

import java.time.Duration;
import java.util.Optional;

/**
 * Times the runs of one lane and its waits, and notices a run that does not come back: a device or
 * its driver can hang, and then nothing throws. Written by the lane alone, read by anybody; costs
 * two writes a run.
 */
final class LaneClock {

  /** Longer than this, and than {@value #TIMES_THE_LONGEST} times the longest run so far. */
  private static final Duration OVERDUE = Duration.ofMinutes(1);

  private static final int TIMES_THE_LONGEST = 10;
  private static final long NONE = Long.MIN_VALUE;

  private long lastNanos;
  private long longestNanos;
  private volatile long beganNanos = NONE;
  private volatile long busyNanos;
  private volatile long starvedNanos;
  private volatile long overdueNanos = OVERDUE.toNanos();

  /** A run begins at that moment of {@link System#nanoTime}. */
  void begin(long nanos) {
    beganNanos = nanos;
  }

  /** It ended, well or not. */
  void end(long nanos) {
    long took = nanos - beganNanos;
    beganNanos = NONE;
    lastNanos = took;
    busyNanos += took;
    if (took > longestNanos) {
      longestNanos = took;
      overdueNanos = Math.max(OVERDUE.toNanos(), TIMES_THE_LONGEST * took);
    }
  }

  /** How long the last run that has ended took, in nanoseconds; for the lane to ask. */
  long lastNanos() {
    return lastNanos;
  }

  /** The lane has waited for images that were on their way. */
  void starved(long nanos) {
    starvedNanos += nanos;
  }

  /** What all runs and waits took that have ended. */
  DeviceTime time() {
    return new DeviceTime(1, Duration.ofNanos(busyNanos), Duration.ofNanos(starvedNanos));
  }

  /** How long the run under way takes at that moment, if that is far too long. */
  Optional<Duration> overdue(long nanos) {
    long began = beganNanos;
    return began == NONE || nanos - began <= overdueNanos
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos - began));
  }
}
