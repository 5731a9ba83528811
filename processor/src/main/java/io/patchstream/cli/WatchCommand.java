package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.topology.ResultReader;
import io.patchstream.topology.ResultTopics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code watch}: results in the terminal, as they are committed. */
@Command(
    name = "watch",
    description = {
      "Prints labels with their scores, and failures, as they are committed, until Ctrl-C; of a"
          + " model without labels its embeddings.",
      "Reads without a consumer group, so it is in nobody's way. On a terminal at most"
          + " --lines a second are printed and the others counted; elsewhere all of them."
    })
final class WatchCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(100);

  @Mixin private SettingsOptions settingsOptions;

  @Option(
      names = "--from-beginning",
      description = "Begin with what the topics hold; else with what comes from now on.")
  private boolean fromBeginning;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "End after so many results and failures.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "Lines a second on a terminal; ${DEFAULT-VALUE} unless set.")
  private int linesPerSecond = 25;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (limit < 1 || linesPerSecond < 1) {
      throw new UsageException("--limit and --lines are 1 or more.");
    }
    Settings settings = settingsOptions.load();
    ResultTopics topics =
        new ResultTopics(
            settings.labelsTopic(),
            settings.embeddingsTopic(),
            settings.deadLetterTopic(),
            settings.clientProperties());
    boolean onTerminal = Terminal.isStdout();
    PrintWriter out = spec.commandLine().getOut();
    ResultLines lines = new ResultLines(onTerminal ? Ansi.AUTO : Ansi.OFF);
    ResultScreen screen =
        new ResultScreen(
            out, lines, onTerminal ? linesPerSecond : Integer.MAX_VALUE, System::nanoTime);
    try (ResultReader results = ResultReader.open(topics, fromBeginning)) {
      while (screen.shown() < limit && !out.checkError()) {
        results.poll(
            POLL,
            result -> {
              if (screen.shown() < limit) {
                screen.show(result);
              }
            });
        screen.settle();
      }
    }
    return ExitCode.OK;
  }
}
