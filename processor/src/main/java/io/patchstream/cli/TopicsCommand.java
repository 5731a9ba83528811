package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.image.Preprocessing;
import io.patchstream.model.Model;
import io.patchstream.topology.ApplicationTopics;
import io.patchstream.topology.StreamOptions;
import io.patchstream.topology.TopicNeeds;
import io.patchstream.topology.TopicState;
import io.patchstream.topology.TopicState.Standing;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code topics}: makes the topics of an application, or says how those that are there differ. */
@Command(
    name = "topics",
    description = {
      "Makes the topics that the settings name and that are not there yet, or tells what differs in"
          + " those that are: partitions, cleanup.policy, retention.ms and max.message.bytes, as"
          + " settings and model ask for them. A topic that is there is never changed: the command"
          + " of Kafka's that would do so is printed.",
      "Exit code 1 of --check where something is missing or differs."
    })
final class TopicsCommand implements Callable<Integer> {

  @Mixin private SettingsOptions settingsOptions;

  @ArgGroup(multiplicity = "1")
  private Task task;

  private static final class Task {

    @Option(names = "--create", required = true, description = "Make what is missing.")
    private boolean create;

    @Option(names = "--check", required = true, description = "Only look.")
    private boolean check;
  }

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of an input that is made, and so the most processes that can share it. Left"
              + " out, as many as the other inputs have, or 6. Outputs get as many as the input.")
  private Integer partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description = "Of a topic that is made; left out, the brokers' default.")
  private Integer replicationFactor;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    Settings settings = settingsOptions.load();
    try (Model model = Model.open(settings.model(), settings.modelLayout());
        ApplicationTopics topics = connect(settings, model)) {
      List<TopicState> states = task.create ? topics.create() : topics.look();
      print(states);
      return task.create || states.stream().allMatch(TopicsCommand::isRight)
          ? ExitCode.OK
          : ExitCode.SOFTWARE;
    }
  }

  private ApplicationTopics connect(Settings settings, Model model) throws Exception {
    RoomOptions options = new RoomOptions(settings, Preprocessing.read(settings.model()));
    StreamOptions stream = options.stream(settings, model.description());
    TopicNeeds needs =
        new TopicNeeds(
            model.description().embeddingSize(),
            given("--partitions", partitions),
            given("--replication-factor", replicationFactor));
    return ApplicationTopics.connect(stream, needs);
  }

  private static OptionalInt given(String option, Integer count) throws UsageException {
    if (count != null && count < 1) {
      throw new UsageException(option + " must be 1 or more, not " + count + ".");
    }
    return count == null ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private static boolean isRight(TopicState state) {
    return state.standing() != Standing.DIFFERS && state.standing() != Standing.MISSING;
  }

  private void print(List<TopicState> states) {
    PrintWriter out = command.commandLine().getOut();
    int width = states.stream().mapToInt(state -> state.topic().length()).max().orElse(0);
    String row = "%-" + Math.max(width, 5) + "s  %-10s  %10s  %s%n";
    out.printf(row, "topic", "for", "partitions", "is");
    for (TopicState state : states) {
      OptionalInt count = state.partitions();
      out.printf(
          row,
          state.topic(),
          state.purpose(),
          count.isPresent() ? Integer.toString(count.getAsInt()) : "-",
          standing(state));
    }
    for (TopicState state : states) {
      for (TopicState.Advice advice : state.advice()) {
        out.printf("%n%s: %s.%n  %s%n", state.topic(), advice.what(), advice.command());
      }
    }
    out.flush();
  }

  private static String standing(TopicState state) {
    if (state.standing() == Standing.INTERNAL) {
      return state.partitions().isPresent() ? "kept by run" : "made by run";
    }
    return state.standing().name().toLowerCase(Locale.ROOT);
  }
}
