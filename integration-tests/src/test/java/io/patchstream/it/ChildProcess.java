package io.patchstream.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that the tests start: all it prints goes to a file, signals reach it, and it does not
 * outlive the tests' own JVM, however that ends.
 */
final class ChildProcess implements AutoCloseable {

  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private final String name;
  private final Path log;
  private final long logStart;
  private final Process process;

  private ChildProcess(String name, Path log, long logStart, Process process) {
    this.name = name;
    this.log = log;
    this.logStart = logStart;
    this.process = process;
  }

  /**
   * Starts a JVM of the kind that runs the tests.
   *
   * @param name how messages call it
   * @param log the file for its output, which is appended to
   * @param arguments what follows {@code java}
   */
  static ChildProcess java(String name, Path log, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    return start(name, log, command, Map.of());
  }

  /** Starts any program; {@code environment} is added to that of the tests. */
  static ChildProcess start(
      String name, Path log, List<String> command, Map<String, String> environment) {
    try {
      Files.createDirectories(log.getParent());
      long logStart = Files.exists(log) ? Files.size(log) : 0;
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      Undertaker.watch(process);
      return new ChildProcess(name, log, logStart, process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL; returns once the process is gone. */
  void kill() {
    process.destroyForcibly();
    awaitExit(LONGEST_END);
  }

  /** SIGTERM; returns at once. */
  void terminate() {
    signal("TERM");
  }

  /** SIGTERM to the one process that this one has started and waits for; returns at once. */
  void terminateChild() {
    process.children().forEach(ProcessHandle::destroy);
  }

  /** SIGSTOP: the process keeps all it holds and does nothing. */
  void pause() {
    signal("STOP");
  }

  /** SIGCONT: the process goes on as if no time had passed. */
  void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("no SIG" + signal + " for " + name + ": it has ended\n" + tail());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while sending SIG" + signal + " to " + name, e);
    }
  }

  /**
   * Waits for the end.
   *
   * @return the exit code; 128 and the signal's number where a signal ended it
   * @throws AssertionError if the process lives on after {@code atMost}
   */
  int awaitExit(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            name + " has not ended within " + atMost.toSeconds() + " s\n" + tail());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the end of " + name, e);
    }
  }

  /**
   * Waits for a line of the log, of this start and no earlier one.
   *
   * @param text what the line contains
   * @throws AssertionError if it does not come, or the process ends before
   */
  void awaitLog(String text, Duration atMost) {
    Await.until(
        atMost,
        () -> name + " has not logged \"" + text + "\"\n" + tail(),
        () -> log().contains(text) || failIfEnded("before it logged \"" + text + "\""));
  }

  /** False while the process lives. */
  boolean failIfEnded(String when) {
    if (!isAlive()) {
      throw new AssertionError(
          name + " ended with code " + process.exitValue() + " " + when + "\n" + tail());
    }
    return false;
  }

  /** What this start has printed so far. */
  String log() {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int start = Math.toIntExact(logStart);
      return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of the log and where the others are, for the messages of errors. */
  String tail() {
    List<String> lines = log().lines().toList();
    return "--- "
        + log
        + "\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
  }

  /** Memory that only this process has (RssAnon of Linux), in bytes. */
  long rssAnonBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " is ending: it has no memory any more"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is alive on the heap of a JVM, which this makes collect all of it, in bytes. */
  long liveHeapBytes() {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process histogram =
          new ProcessBuilder(jcmd, Long.toString(pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> line.startsWith("Total "))
          .mapToLong(line -> Long.parseLong(line.split(" +")[2]))
          .findFirst()
          .orElseThrow(() -> new AssertionError("jcmd said of " + name + ": " + text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
