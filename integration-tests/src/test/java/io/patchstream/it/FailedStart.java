package io.patchstream.it;

import io.patchstream.cli.PatchStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The command {@code run} in the tests' own JVM, which spares seconds: for starts that end in an
 * error.
 *
 * @param exitCode 0 if it ended well
 * @param stderr what it has said
 */
record FailedStart(int exitCode, String stderr) {

  /** Runs it with a file of these settings, and prints the stack trace of the error as well. */
  static FailedStart withStackTrace(Path file, Map<String, String> settings) {
    return run(file, settings, "--stacktrace", "run", "--config", file.toString());
  }

  /** Runs it with a file of these settings. */
  static FailedStart of(Path file, Map<String, String> settings) {
    return run(file, settings, "run", "--config", file.toString());
  }

  private static FailedStart run(Path file, Map<String, String> settings, String... arguments) {
    Properties properties = new Properties();
    properties.put("patchstream.http.port", "-1");
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    StringWriter stderr = new StringWriter();
    int exitCode =
        PatchStream.commandLine().setErr(new PrintWriter(stderr, true)).execute(arguments);
    return new FailedStart(exitCode, stderr.toString());
  }
}
