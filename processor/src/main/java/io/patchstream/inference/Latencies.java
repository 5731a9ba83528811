package io.patchstream.inference;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long images took in the engine, from being submitted to their results, counted in classes 4 %
 * wide.
 *
 * @param counts images of each class
 */
public record Latencies(long[] counts) {

  private static final int CLASSES_AN_OCTAVE = 16;
  private static final int OCTAVES = 32;

  /**
   * The upper end of the first class, about a thousandth of a millisecond; 32 octaves are an hour.
   */
  private static final int FIRST_NANOS = 1024;

  /** Keeps a copy. */
  public Latencies {
    counts = counts.clone();
  }

  /** What was counted since an earlier moment. */
  public Latencies since(Latencies earlier) {
    long[] since = counts.clone();
    Arrays.setAll(since, i -> since[i] - earlier.counts[i]);
    return new Latencies(since);
  }

  /**
   * A time that so much of all images did not exceed, too long by 4 % at most; 0 without images.
   *
   * @param share above 0, at most 1
   */
  public Duration percentile(double share) {
    long rank = (long) Math.ceil(share * Arrays.stream(counts).sum() - 1e-9);
    long below = 0;
    for (int i = 0; i < counts.length && rank > 0; i++) {
      below += counts[i];
      if (below >= rank) {
        return Duration.ofNanos((long) (FIRST_NANOS * Math.pow(2, (double) i / CLASSES_AN_OCTAVE)));
      }
    }
    return Duration.ZERO;
  }

  /** Counts, from any thread. */
  static final class Counter {

    private final AtomicLongArray counts = new AtomicLongArray(CLASSES_AN_OCTAVE * OCTAVES);

    void add(long nanos) {
      double octaves = Math.log((double) Math.max(FIRST_NANOS, nanos) / FIRST_NANOS) / Math.log(2);
      int place = (int) Math.ceil(CLASSES_AN_OCTAVE * octaves);
      counts.incrementAndGet(Math.min(place, counts.length() - 1));
    }

    Latencies counted() {
      long[] copy = new long[counts.length()];
      Arrays.setAll(copy, counts::get);
      return new Latencies(copy);
    }
  }
}
