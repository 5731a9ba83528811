package io.patchstream.topology;

import io.patchstream.inference.Histogram;
import io.patchstream.schemas.FailureReason;
import java.util.Map;

/**
 * What a stream has done since it was built. An image is counted when its result is forwarded, and
 * once more if that transaction is aborted and the image done again.
 *
 * @param classified images that have a result
 * @param failures images that have a failure, by its reason; every reason is there
 * @param redone images fetched again because the last owner of their partition had not finished
 *     them
 * @param order how long outcomes waited for those of older images, in nanoseconds
 * @param endToEnd from the timestamp of the event to the forwarding of its result, in nanoseconds
 */
public record StreamStatistics(
    long classified,
    Map<FailureReason, Long> failures,
    long redone,
    Histogram order,
    Histogram endToEnd) {

  /** Keeps a copy. */
  public StreamStatistics {
    failures = Map.copyOf(failures);
  }

  /** Images that have a failure, for whatever reason. */
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
