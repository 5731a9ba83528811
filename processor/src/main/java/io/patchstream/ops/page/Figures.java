package io.patchstream.ops.page;

import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineStatistics;
import io.patchstream.inference.Histogram;
import io.patchstream.schemas.FailureReason;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.StreamStatistics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads the figures of engine and stream; rates and times are those of the last seconds. */
final class Figures {

  /** So many looks, a second apart, make a rate. */
  private static final int WINDOW = 5;

  /**
   * The figures of one moment.
   *
   * @param time milliseconds since the epoch
   * @param state of the stream
   * @param imagesPerSecond that had results
   * @param failuresPerSecond that had failures
   * @param p50Millis median time in the engine; null where nothing had a result
   * @param p99Millis the time in the engine that 99 of 100 did not exceed; null as above
   * @param batchImages images in a batch on average; null where none left
   * @param lagImages records of the input topics that are not read yet; null before it is known
   * @param inFlightImages in the engine
   * @param classified images with a result since the start
   * @param failed images with a failure since the start, by reason; those that were
   */
  record Moment(
      long time,
      String state,
      double imagesPerSecond,
      double failuresPerSecond,
      Double p50Millis,
      Double p99Millis,
      Double batchImages,
      Long lagImages,
      int inFlightImages,
      long classified,
      Map<FailureReason, Long> failed) {}

  private record Look(
      long nanos, EngineStatistics engine, Histogram latencies, StreamStatistics stream) {}

  private final Engine engine;
  private final ClassificationStream stream;
  private final Deque<Look> looks = new ArrayDeque<>();

  Figures(Engine engine, ClassificationStream stream) {
    this.engine = engine;
    this.stream = stream;
    looks.add(look());
  }

  private Look look() {
    return new Look(
        System.nanoTime(), engine.statistics(), engine.latencies(), stream.statistics());
  }

  /** The figures now; asked once a second. */
  Moment now() {
    Look now = look();
    looks.addLast(now);
    if (looks.size() > WINDOW + 1) {
      looks.removeFirst();
    }
    Look then = looks.getFirst();
    double seconds = Math.max(1, (now.nanos - then.nanos) / 1e9); // the first look is too early
    Histogram latencies = now.latencies.since(then.latencies);
    EngineStatistics batches = now.engine.since(then.engine);
    OptionalLong lag = stream.lag();
    boolean answered = latencies.count() > 0;
    return new Moment(
        System.currentTimeMillis(),
        stream.condition().state().name(),
        (now.stream.classified() - then.stream.classified()) / seconds,
        (now.stream.failed() - then.stream.failed()) / seconds,
        answered ? latencies.percentile(0.5) / 1e6 : null,
        answered ? latencies.percentile(0.99) / 1e6 : null,
        batches.images() > 0 ? batches.meanBatchSize() : null,
        lag.isPresent() ? lag.getAsLong() : null,
        engine.inFlight(),
        now.stream.classified(),
        reasons(now.stream.failures()));
  }

  private static Map<FailureReason, Long> reasons(Map<FailureReason, Long> failures) {
    Map<FailureReason, Long> reasons = new TreeMap<>(failures);
    reasons.values().removeIf(count -> count == 0);
    return reasons;
  }
}
