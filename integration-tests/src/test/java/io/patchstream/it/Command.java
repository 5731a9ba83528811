package io.patchstream.it;

import io.patchstream.cli.PatchStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A command that ends by itself, run in the tests' own JVM.
 *
 * @param exitCode what the process would have ended with
 * @param out what it printed
 * @param err what it complained of
 */
record Command(int exitCode, String out, String err) {

  /** Runs it with the settings of the pipeline's processors. */
  static Command run(Pipeline pipeline, String command, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        PatchStream.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(line(pipeline, command, options).toArray(String[]::new));
    return new Command(exitCode, out.toString(), err.toString());
  }

  /** Starts it as a process of its own. */
  static ChildProcess start(Pipeline pipeline, String command, String... options) {
    List<String> line = new ArrayList<>(List.of(ProcessorProcess.launcher()));
    line.addAll(line(pipeline, command, options));
    return ChildProcess.start(
        command,
        Workspace.folder(pipeline.settings().get("application.id") + "-" + command)
            .resolve("output.log"),
        line,
        Map.of("JAVA_HOME", System.getProperty("java.home")));
  }

  /** The row of what it printed that begins with that word, its cells after that. */
  List<Integer> row(String first) {
    return out.lines()
        .filter(line -> line.startsWith(first + " "))
        .map(line -> List.of(line.split(" +")))
        .map(cells -> cells.subList(1, cells.size()).stream().map(Integer::valueOf).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + first + " in\n" + out + err));
  }

  private static List<String> line(Pipeline pipeline, String command, String... options) {
    Properties properties = new Properties();
    properties.putAll(pipeline.settings());
    String name = pipeline.settings().get("application.id") + "-settings";
    Path file = Workspace.folder(name).resolve("patchstream.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> line = new ArrayList<>(List.of(command, "--config", file.toString()));
    line.addAll(List.of(options));
    return line;
  }
}
