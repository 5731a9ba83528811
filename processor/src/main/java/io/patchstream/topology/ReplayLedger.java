package io.patchstream.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Which failures of one partition of the dead letter topic have been sent again, as ranges of
 * offsets for each reason: a selection by reason or time leaves others for later, and none is sent
 * twice.
 *
 * <p>It is kept in the committed offset of the replay's group. The offset itself is that of the
 * first failure that is still open, the ranges beyond it are the offset's metadata: {@code
 * FETCH_FAILED:5-120,130-140 TOO_SLOW:7-9}. A failure is either {@link #settle settled} or {@link
 * #leave left}, in the order of the offsets, beginning at {@link #from}.
 */
final class ReplayLedger {

  /** Kafka keeps 4096 bytes of metadata ({@code offset.metadata.max.bytes}). */
  private static final int MAX_METADATA = 4_000;

  private static final long NONE = -1;

  private final Map<String, NavigableMap<Long, Long>> settled = new TreeMap<>();
  private final Map<String, Long> lastLeft = new HashMap<>();
  private final long from;
  private long firstLeft = NONE;

  private ReplayLedger(long from) {
    this.from = from;
  }

  /**
   * Reads what {@link #toCommit} wrote.
   *
   * @param committed null if nothing was committed
   * @param beginning the partition's first offset: what lies before it is gone
   * @throws StreamFailedException if another program wrote it
   */
  static ReplayLedger of(OffsetAndMetadata committed, long beginning) throws StreamFailedException {
    if (committed == null) {
      return new ReplayLedger(beginning);
    }
    ReplayLedger ledger = new ReplayLedger(Math.max(beginning, committed.offset()));
    if (committed.metadata().isBlank()) {
      return ledger;
    }
    try {
      for (String reason : committed.metadata().split(" ")) {
        String[] parts = reason.split(":");
        NavigableMap<Long, Long> ranges = ledger.ranges(parts[0]);
        for (String range : parts[1].split(",")) {
          String[] ends = range.split("-");
          ranges.put(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
        }
      }
    } catch (RuntimeException e) {
      throw new StreamFailedException(
          "The offsets that the replay has committed are not its own ("
              + committed.metadata()
              + "): set them again with kafka-consumer-groups.sh --reset-offsets.",
          e);
    }
    return ledger;
  }

  /** Where the reading begins: everything before is settled. */
  long from() {
    return from;
  }

  boolean isSettled(String reason, long offset) {
    Map.Entry<Long, Long> range = ranges(reason).floorEntry(offset);
    return range != null && offset < range.getValue();
  }

  /** The failure has been sent again, or never can be. */
  void settle(String reason, long offset) {
    NavigableMap<Long, Long> ranges = ranges(reason);
    long start = offset;
    long end = offset + 1;
    Map.Entry<Long, Long> here = ranges.floorEntry(offset);
    if (here != null && offset < here.getValue()) {
      start = here.getKey();
      end = here.getValue();
    }
    Map.Entry<Long, Long> before = ranges.lowerEntry(start);
    // Nothing of this reason was left between the two, so they are one.
    if (before != null && lastLeft.getOrDefault(reason, NONE) < before.getValue()) {
      ranges.remove(start);
      start = before.getKey();
    }
    ranges.put(start, end);
  }

  /** The failure is for another time. */
  void leave(String reason, long offset) {
    lastLeft.put(reason, offset);
    if (firstLeft == NONE) {
      firstLeft = offset;
    }
  }

  /**
   * What to commit.
   *
   * @param position everything before this offset was settled or left
   * @throws StreamFailedException if there are more ranges than Kafka keeps
   */
  OffsetAndMetadata toCommit(long position) throws StreamFailedException {
    long offset = firstLeft == NONE ? position : firstLeft;
    String metadata =
        settled.entrySet().stream()
            .map(reason -> text(reason.getKey(), reason.getValue(), offset))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(" "));
    if (metadata.length() > MAX_METADATA) {
      throw new StreamFailedException(
          "Too many failures were left between those that were sent again to keep account of them:"
              + " replay a wider range of times, or all reasons, first.");
    }
    return new OffsetAndMetadata(offset, metadata);
  }

  private NavigableMap<Long, Long> ranges(String reason) {
    return settled.computeIfAbsent(reason, name -> new TreeMap<>());
  }

  private static String text(String reason, NavigableMap<Long, Long> ranges, long offset) {
    String text =
        ranges.entrySet().stream()
            .filter(range -> range.getValue() > offset)
            .map(range -> range.getKey() + "-" + range.getValue())
            .collect(Collectors.joining(","));
    return text.isEmpty() ? "" : reason + ":" + text;
  }
}
