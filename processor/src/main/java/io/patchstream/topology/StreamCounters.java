package io.patchstream.topology;

import io.patchstream.inference.Histogram;
import io.patchstream.inference.Stage;
import io.patchstream.schemas.FailureReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of images, over all tasks of the process. */
final class StreamCounters {

  /** Images that wait in a topic may be hours old. */
  private static final double[] END_TO_END_SECONDS = {
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600
  };

  private final LongAdder classified = new LongAdder();
  private final Map<FailureReason, LongAdder> failures = new EnumMap<>(FailureReason.class);
  private final LongAdder redone = new LongAdder();
  private final Histogram.Counter order = Stage.counter();
  private final Histogram.Counter endToEnd = Histogram.Counter.ofSeconds(END_TO_END_SECONDS);

  StreamCounters() {
    for (FailureReason reason : FailureReason.values()) {
      failures.put(reason, new LongAdder());
    }
  }

  void classified() {
    classified.increment();
  }

  void failed(FailureReason reason) {
    failures.get(reason).increment();
  }

  void redone() {
    redone.increment();
  }

  /**
   * A result, or a failure, was forwarded.
   *
   * @param waitedNanos since it was there
   * @param timestamp of its event, milliseconds since the epoch; another machine's clock may run
   *     ahead
   */
  void forwarded(long waitedNanos, long timestamp) {
    order.add(waitedNanos);
    endToEnd.add(1_000_000 * Math.max(0, System.currentTimeMillis() - timestamp));
  }

  StreamStatistics statistics() {
    Map<FailureReason, Long> reasons = new EnumMap<>(FailureReason.class);
    failures.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return new StreamStatistics(
        classified.sum(), reasons, redone.sum(), order.counted(), endToEnd.counted());
  }
}
