package io.patchstream.cli;

import io.patchstream.config.SettingsException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The program: {@code patchstream COMMAND}. */
@Command(
    name = "patchstream",
    description = "Classifies images that arrive as Kafka events with a Vision Transformer.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = PatchStream.Version.class,
    subcommands = {
      RunCommand.class,
      DrainCommand.class,
      ReplayCommand.class,
      TopicsCommand.class,
      SendCommand.class,
      WatchCommand.class,
      ClassifyCommand.class,
      PreprocessCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      ConfigCommand.class,
      QuickstartCommand.Demo.class,
      QuickstartCommand.Bench.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:used wrongly"})
public final class PatchStream {

  private static final Logger log = LoggerFactory.getLogger(PatchStream.class);

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error beside its message.")
  private boolean stackTrace;

  private PatchStream() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Unlike the one that picocli makes, this writer knows when stdout is closed or its disk full.
    PrintWriter out = new PrintWriter(System.out, true);
    System.exit(commandLine().setOut(out).execute(arguments));
  }

  /** The commands, not yet given arguments. */
  public static CommandLine commandLine() {
    PatchStream program = new PatchStream();
    return new CommandLine(program)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(program::report);
  }

  private int report(Exception error, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    if (LogFormat.isJson()) {
      log.error(sentence(error), stackTrace ? error : null);
    } else {
      err.println(sentence(error));
      if (stackTrace) {
        error.printStackTrace(err);
      }
    }
    return error instanceof SettingsException || error instanceof UsageException
        ? ExitCode.USAGE
        : ExitCode.SOFTWARE;
  }

  /**
   * Our own exceptions say it all; one of Java's says nothing but the name of the file, and Kafka's
   * often that a client could not be made, and beneath it why.
   */
  private static String sentence(Exception error) {
    if (error instanceof KafkaException && error.getCause() != null) {
      return error.getMessage() + ": " + error.getCause().getMessage() + ".";
    }
    return error instanceof NoSuchFileException
        ? "There is no file " + error.getMessage() + "."
        : Objects.requireNonNullElse(error.getMessage(), error.toString());
  }

  /** The version that the build wrote into the manifest. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = PatchStream.class.getPackage().getImplementationVersion();
      return new String[] {"PatchStream " + Objects.requireNonNullElse(version, "(unpackaged)")};
    }
  }
}
