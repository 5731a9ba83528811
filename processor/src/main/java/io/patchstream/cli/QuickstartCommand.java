package io.patchstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * A command where it is not: it needs a broker, which a production distribution does not hold. The
 * quickstart puts its own in this place.
 */
public abstract sealed class QuickstartCommand implements Callable<Integer> {

  @Unmatched private String[] arguments;

  @Spec private CommandSpec spec;

  private QuickstartCommand() {}

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .printf(
            "This distribution holds no broker for it: run ./patchstream %s in a clone of"
                + " PatchStream's repository.%n",
            spec.name());
    return ExitCode.USAGE;
  }

  /** In place of {@code demo}. */
  @Command(name = Demo.NAME, description = Demo.DESCRIPTION)
  public static final class Demo extends QuickstartCommand {

    public static final String NAME = "demo";
    public static final String DESCRIPTION =
        "Shows it at work on drawn pictures, with a Kafka broker of its own (in a clone only).";

    private Demo() {}
  }

  /** In place of {@code bench}. */
  @Command(name = Bench.NAME, description = Bench.DESCRIPTION)
  public static final class Bench extends QuickstartCommand {

    public static final String NAME = "bench";
    public static final String DESCRIPTION =
        "Measures how fast a model is on this machine, from topic to topic and in its parts (in a"
            + " clone only).";

    private Bench() {}
  }
}
