package io.patchstream.quickstart;

import io.patchstream.cli.PatchStream;
import io.patchstream.cli.QuickstartCommand;
import io.patchstream.quickstart.bench.BenchCommand;
import picocli.CommandLine;

/** The program with the commands that need what the production distribution does not hold. */
public final class Quickstart {

  private static final String LOGGING = "logback.configurationFile";

  private Quickstart() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, "io/patchstream/quickstart/logback.xml");
    }
    // The broker loads Log4j, to find that it is not in charge.
    System.setProperty("log4j2.shutdownHookEnabled", "false");
    System.exit(commandLine().execute(arguments));
  }

  /** The commands, not yet given arguments. */
  static CommandLine commandLine() {
    CommandLine program = PatchStream.commandLine();
    program.getCommandSpec().removeSubcommand(QuickstartCommand.Demo.NAME);
    program.getCommandSpec().removeSubcommand(QuickstartCommand.Bench.NAME);
    return program.addSubcommand(new DemoCommand()).addSubcommand(new BenchCommand());
  }
}
