package io.patchstream.topology;

import io.patchstream.schemas.FailureReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What became of the failures that a replay met, by their reasons. */
public final class ReplayReport {

  /** What can become of a failure. */
  public enum Fate {
    /** Its original was sent to its input topic. */
    SENT,
    /** An earlier replay has sent it. */
    SENT_BEFORE,
    /** It was not asked for; a later replay may. */
    NOT_SELECTED,
    /** Its original is neither in it nor in the input topic any more; it is not tried again. */
    GONE,
    /** Its input topic does not take a record of that size; a later replay tries again. */
    TOO_LARGE
  }

  private final Map<FailureReason, Map<Fate, Long>> counts = new EnumMap<>(FailureReason.class);
  private final List<String> lost = new ArrayList<>();
  private long foreign;

  void count(FailureReason reason, Fate fate) {
    counts.computeIfAbsent(reason, r -> new EnumMap<>(Fate.class)).merge(fate, 1L, Long::sum);
  }

  void lost(String what) {
    lost.add(what);
  }

  void foreign() {
    foreign++;
  }

  /** The reasons that were met, and how many of each came to what. */
  public Map<FailureReason, Map<Fate, Long>> counts() {
    return counts;
  }

  /** How many came to that, of all reasons. */
  public long total(Fate fate) {
    return counts.values().stream().mapToLong(fates -> fates.getOrDefault(fate, 0L)).sum();
  }

  /** A sentence for each failure that is gone or too large. */
  public List<String> lost() {
    return lost;
  }

  /** Records that are no failures of these input topics; they are left alone. */
  public long foreignRecords() {
    return foreign;
  }
}
