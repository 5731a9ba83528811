package io.patchstream.topology;

import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageFailure;
import java.time.Instant;
import java.util.Set;

/**
 * Which failures are to be sent again.
 *
 * @param reasons those that count; empty for all
 * @param from those that failed at this time or later; null for no bound
 * @param to those that failed before this time; null for no bound
 */
public record ReplaySelection(Set<FailureReason> reasons, Instant from, Instant to) {

  public ReplaySelection {
    reasons = Set.copyOf(reasons);
  }

  boolean takes(ImageFailure failure) {
    return (reasons.isEmpty() || reasons.contains(failure.getReason()))
        && (from == null || !failure.getFailedAt().isBefore(from))
        && (to == null || failure.getFailedAt().isBefore(to));
  }
}
