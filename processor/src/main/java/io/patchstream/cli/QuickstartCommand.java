package io.patchstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code demo} where it is not: it needs a broker, which a production distribution does not hold.
 * The quickstart puts its own in this place.
 */
@Command(name = QuickstartCommand.NAME, description = QuickstartCommand.DESCRIPTION)
public final class QuickstartCommand implements Callable<Integer> {

  public static final String NAME = "demo";
  public static final String DESCRIPTION =
      "Shows it at work on drawn pictures, with a Kafka broker of its own (in a clone only).";

  @Unmatched private String[] arguments;

  @Spec private CommandSpec spec;

  private QuickstartCommand() {}

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .println(
            "This distribution holds no broker for the demo: run ./patchstream demo in a clone of"
                + " PatchStream's repository.");
    return ExitCode.USAGE;
  }
}
