package io.patchstream.it;

import io.patchstream.it.Faults.Kind;
import io.patchstream.schemas.FailureReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** What a run of faults has shown, as a table. */
final class FaultReport {

  /** The pauses of the partitions around one fault, and how many outcomes were done again. */
  private record Window(long[] pausesMillis, int doneAgain) {}

  private final String title;
  private final Map<Kind, List<Window>> windows = new EnumMap<>(Kind.class);
  private final List<String> lines = new ArrayList<>();

  FaultReport(String title) {
    this.title = title;
  }

  /**
   * Adds a fault.
   *
   * @param pausesMillis the longest pause of each partition from the fault on
   */
  void add(Kind kind, long[] pausesMillis, int doneAgain) {
    windows
        .computeIfAbsent(kind, added -> new ArrayList<>())
        .add(new Window(pausesMillis, doneAgain));
  }

  /** What became of the images. */
  void addImages(int images, Map<String, List<?>> wrong, Map<FailureReason, Integer> failures) {
    lines.add("images: " + images + ", failures as meant: " + failures);
    wrong.forEach((kind, numbers) -> lines.add(kind + ": " + numbers.size()));
  }

  /** What was read of the changelog at assignments. */
  void addRestores(long[] records, long largestPartitionBytes) {
    lines.add(
        "restored at an assignment: "
            + spread(records)
            + " records; largest changelog partition: "
            + largestPartitionBytes
            + " bytes");
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder(title).append('\n');
    table.append(
        "%-22s %6s  %-28s %-24s %s%n"
            .formatted(
                "fault", "times", "pause a partition, ms", "the fault's worst, ms", "done again"));
    windows.forEach(
        (kind, faults) ->
            table.append(
                "%-22s %6d  %-28s %-24s %s%n"
                    .formatted(
                        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        faults.size(),
                        spread(
                            faults.stream()
                                .flatMapToLong(fault -> LongStream.of(fault.pausesMillis()))
                                .toArray()),
                        spread(
                            faults.stream()
                                .mapToLong(
                                    fault -> LongStream.of(fault.pausesMillis()).max().orElse(0))
                                .toArray()),
                        spread(faults.stream().mapToLong(Window::doneAgain).toArray()))));
    lines.forEach(line -> table.append(line).append('\n'));
    return table.toString();
  }

  private static String spread(long[] values) {
    if (values.length == 0) {
      return "none";
    }
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return "median %d, max %d".formatted(sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }
}
