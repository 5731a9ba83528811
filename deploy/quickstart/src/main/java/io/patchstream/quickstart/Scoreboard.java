package io.patchstream.quickstart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what came out. However long it counts, it takes the same memory: latencies are counted by
 * the millisecond.
 */
final class Scoreboard {

  private static final int LONGEST_MILLIS = 60_000;

  private final List<PictureSize> sizes;
  private final Map<String, int[]> bySize = new HashMap<>();
  private final int[] byLatency = new int[LONGEST_MILLIS + 1];
  private final long startNanos;
  private long lastNanos;

  /**
   * An empty one.
   *
   * @param startNanos when the first picture was sent, of {@link System#nanoTime}
   */
  Scoreboard(List<PictureSize> sizes, long startNanos) {
    this.sizes = sizes;
    sizes.forEach(size -> bySize.put(size.name(), new int[2]));
    this.startNanos = startNanos;
    lastNanos = startNanos;
  }

  /** Counts one picture, which came out at that time. */
  void add(LabelledPicture picture, long nanos) {
    int[] tally = bySize.get(picture.size());
    tally[0]++;
    tally[1] += picture.right() ? 1 : 0;
    byLatency[(int) Math.max(0, Math.min(picture.latencyMillis(), LONGEST_MILLIS))]++;
    lastNanos = nanos;
  }

  /** All that has been counted. */
  Summary summary() {
    List<Summary.Row> rows = new ArrayList<>();
    for (PictureSize size : sizes) {
      int[] tally = bySize.get(size.name());
      rows.add(new Summary.Row(size.name() + " " + size.pixels(), tally[0], tally[1]));
    }
    int images = rows.stream().mapToInt(Summary.Row::images).sum();
    double seconds = (lastNanos - startNanos) / 1e9;
    return new Summary(
        rows,
        images == 0 ? 0 : images / seconds,
        percentile(images, 0.5),
        percentile(images, 0.99));
  }

  /** The smallest latency that so much of all pictures did not exceed (nearest rank). */
  private int percentile(int images, double share) {
    long rank = (long) Math.ceil(share * images);
    int millis = 0;
    for (long count = byLatency[0]; count < rank; count += byLatency[millis]) {
      millis++;
    }
    return millis;
  }
}
