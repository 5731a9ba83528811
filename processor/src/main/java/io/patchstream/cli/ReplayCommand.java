package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.schemas.FailureReason;
import io.patchstream.topology.Replay;
import io.patchstream.topology.ReplayOptions;
import io.patchstream.topology.ReplayReport;
import io.patchstream.topology.ReplayReport.Fate;
import io.patchstream.topology.ReplaySelection;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code replay}: sends the originals of failures to their input topics again. */
@Command(
    name = "replay",
    description = {
      "Sends what failed to its input topic again, after a fix: key, headers and partition as they"
          + " came, with the time of the sending. Takes the original out of its failure record, or"
          + " out of the input topic where it was too large for that.",
      "Each failure is sent once, however often and with whatever options this is called. The"
          + " account is the committed offsets of the group APPLICATION-replay;"
          + " kafka-consumer-groups.sh --reset-offsets makes it begin anew.",
      "Exit code 1 also where an original is gone, or too large for its topic."
    })
final class ReplayCommand implements Callable<Integer> {

  @Mixin private SettingsOptions settingsOptions;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      description = "Failures of these reasons only: ${COMPLETION-CANDIDATES}.")
  private Set<FailureReason> reasons = EnumSet.noneOf(FailureReason.class);

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "What failed at this time or later, as 2026-11-21T10:00:00Z.")
  private Instant from;

  @Option(names = "--to", paramLabel = "TIME", description = "What failed before this time.")
  private Instant to;

  @Option(names = "--dry-run", description = "Only tell what would be sent.")
  private boolean dryRun;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    if (from != null && to != null && !from.isBefore(to)) {
      throw new UsageException("--from " + from + " must lie before --to " + to + ".");
    }
    Settings settings = settingsOptions.load();
    ReplayOptions options =
        new ReplayOptions(
            settings.inputTopics(), settings.deadLetterTopic(), settings.clientProperties());
    try (Replay replay = Replay.open(options)) {
      ReplayReport report = replay.run(new ReplaySelection(reasons, from, to), dryRun);
      print(report);
      return report.lost().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private void print(ReplayReport report) {
    PrintWriter out = command.commandLine().getOut();
    out.println(
        line(
            "reason", List.of(dryRun ? "to send" : "sent", "before", "left", "gone", "too large")));
    report
        .counts()
        .forEach(
            (reason, fates) ->
                out.println(
                    line(
                        reason.name(),
                        List.of(Fate.values()).stream()
                            .map(fate -> fates.getOrDefault(fate, 0L).toString())
                            .toList())));
    out.println(
        line(
            "all",
            List.of(Fate.values()).stream()
                .map(fate -> Long.toString(report.total(fate)))
                .toList()));
    PrintWriter err = command.commandLine().getErr();
    report.lost().forEach(err::println);
    if (report.foreignRecords() > 0) {
      err.println(
          report.foreignRecords()
              + " records of the dead letter topic are no failures of these input topics.");
    }
  }

  /** A row whose columns stand below one another. */
  private static String line(String first, List<String> others) {
    StringBuilder line = new StringBuilder("%-20s".formatted(first));
    others.forEach(other -> line.append("%12s".formatted(other)));
    return line.toString();
  }
}
