package io.patchstream.quickstart.bench;

import io.patchstream.quickstart.PictureSize;
import java.time.Duration;
import java.util.List;

/**
 * What is measured, and how long.
 *
 * @param batchSizes of the raw session, at least one
 * @param precisions as {@code patchstream.precision} names them, at least one
 * @param sizes in pixels, of the raw session; empty takes the model's own
 * @param mixed whether pictures that ask for other sizes are measured too
 * @param partitions of each topic
 * @param seconds that one part is timed for
 * @param warmUp for how long the whole runs before the first round is timed
 * @param rounds of raw session, decoding and whole processor in turns
 * @param loads fractions of the capacity; empty for no sweep
 * @param seed of pictures, order and arrivals
 */
record BenchPlan(
    List<Integer> batchSizes,
    List<String> precisions,
    List<PictureSize> sizes,
    boolean mixed,
    int partitions,
    double seconds,
    Duration warmUp,
    int rounds,
    List<Double> loads,
    long seed) {

  /** A load is offered for longer: its rare images are what counts. */
  private static final int LOAD_SECONDS = 2;

  /** How long one part is timed. */
  Duration part() {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  /** How long one load is offered. */
  double loadSeconds() {
    return LOAD_SECONDS * seconds;
  }
}
