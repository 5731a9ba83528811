package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.topology.UnfinishedImages;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code drain}: finishes what is in flight, and takes nothing new. */
@Command(
    name = "drain",
    description = {
      "Finishes the images that the processes of a group were at when they were stopped, and takes"
          + " nothing new; ends when nothing is in flight any more. Stop all of them first.",
      "Before an application moves (another application.id or cluster, another model for what comes"
          + " from now on, internal topics deleted): a restart or an upgrade needs none, since the"
          + " next process finishes them as well."
    })
final class DrainCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  @Mixin private SettingsOptions settingsOptions;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    Settings settings = settingsOptions.load();
    UnfinishedImages unfinished = new UnfinishedImages(settings.clientProperties());
    unfinished.requireNobodyRuns();
    PrintWriter out = command.commandLine().getOut();
    Map<String, Long> left = unfinished.count();
    left.forEach((partition, images) -> out.println(partition + ": " + images + " in flight"));
    if (!left.isEmpty()) {
      finish(settings, unfinished);
    }
    out.println("Nothing is in flight.");
    return ExitCode.OK;
  }

  private static void finish(Settings settings, UnfinishedImages unfinished) throws Exception {
    try (Processor processor = Processor.openToFinish(settings)) {
      processor.stream().start();
      do {
        processor.stream().awaitEnd(BETWEEN_LOOKS);
      } while (!unfinished.count().isEmpty());
    }
  }
}
