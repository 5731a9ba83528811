package io.patchstream.inference;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many values fell into each of some classes.
 *
 * @param bounds the greatest value of each class but the last, which has none; ascending
 * @param counts values in each class, one more than {@code bounds}
 * @param sum of all values
 */
public record Histogram(long[] bounds, long[] counts, long sum) {

  /** Values counted. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** What was counted since an earlier moment. */
  public Histogram since(Histogram earlier) {
    long[] since = counts.clone();
    Arrays.setAll(since, i -> since[i] - earlier.counts[i]);
    return new Histogram(bounds, since, sum - earlier.sum);
  }

  /**
   * The bound that so much of all values did not exceed; 0 without values, {@link Long#MAX_VALUE}
   * if it lies beyond the last bound.
   *
   * @param share above 0, at most 1
   */
  public long percentile(double share) {
    long rank = (long) Math.ceil(share * count() - 1e-9);
    if (rank == 0) {
      return 0;
    }
    long below = 0;
    for (int i = 0; i < bounds.length; i++) {
      below += counts[i];
      if (below >= rank) {
        return bounds[i];
      }
    }
    return Long.MAX_VALUE;
  }

  /** Counts, from any thread, without a lock and without garbage. */
  public static final class Counter {

    private static final int CLASSES_AN_OCTAVE = 16;
    private static final int OCTAVES = 32;
    private static final int FIRST_NANOS = 1024;

    private final long[] bounds;
    private final AtomicLongArray counts;
    private final LongAdder sum = new LongAdder();

    /** Counts in classes of these bounds, which ascend. */
    public Counter(long... bounds) {
      this.bounds = bounds.clone();
      counts = new AtomicLongArray(bounds.length + 1);
    }

    /** Counts nanoseconds in classes of these bounds in seconds. */
    public static Counter ofSeconds(double... bounds) {
      return new Counter(Arrays.stream(bounds).mapToLong(s -> Math.round(1e9 * s)).toArray());
    }

    /** Counts nanoseconds in classes 4 % wide, from a thousandth of a millisecond to an hour. */
    static Counter ofFineNanos() {
      long[] bounds = new long[CLASSES_AN_OCTAVE * OCTAVES];
      Arrays.setAll(
          bounds, i -> Math.round(FIRST_NANOS * Math.pow(2, (double) i / CLASSES_AN_OCTAVE)));
      return new Counter(bounds);
    }

    /** Counts one value. */
    public void add(long value) {
      int found = Arrays.binarySearch(bounds, value);
      counts.incrementAndGet(found >= 0 ? found : -found - 1);
      sum.add(value);
    }

    /** What is counted by now. */
    public Histogram counted() {
      long[] copy = new long[counts.length()];
      Arrays.setAll(copy, counts::get);
      return new Histogram(bounds, copy, sum.sum());
    }
  }
}
