package io.patchstream.inference;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an engine has done since it was opened.
 *
 * @param batches that left for a session, by why they did
 * @param images in these batches
 * @param tokens in these batches, prefix tokens included
 * @param busy how long runs of the model took, added up over the lanes
 * @param starved how long lanes waited, added up, for images that were being loaded or decoded. A
 *     wait counts if there were such when it began
 */
public record EngineStatistics(
    Map<Departure, Long> batches, long images, long tokens, Duration busy, Duration starved) {

  /** Keeps a copy. */
  public EngineStatistics {
    batches = Map.copyOf(batches);
  }

  /** What was done since an earlier moment. */
  public EngineStatistics since(EngineStatistics earlier) {
    Map<Departure, Long> since = new EnumMap<>(Departure.class);
    batches.forEach((why, count) -> since.put(why, count - earlier.batches.get(why)));
    return new EngineStatistics(
        since,
        images - earlier.images,
        tokens - earlier.tokens,
        busy.minus(earlier.busy),
        starved.minus(earlier.starved));
  }

  /** Images in a batch on average; 0 before the first has left. */
  public double meanBatchSize() {
    return batchCount() == 0 ? 0 : (double) images / batchCount();
  }

  /** How long a run took on average; 0 before the first has left. */
  public Duration meanBatchTime() {
    return batchCount() == 0 ? Duration.ZERO : busy.dividedBy(batchCount());
  }

  private long batchCount() {
    return batches.values().stream().mapToLong(Long::longValue).sum();
  }
}
