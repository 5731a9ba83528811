package io.patchstream.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import kafka.tools.StorageTool;

/** One node of a {@link KafkaCluster}, broker and controller, in a JVM of its own. */
public final class KafkaNode {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final int id;
  private final Path folder;
  private ChildProcess process;

  /** A node that does not run yet; {@code folder} gets its properties and its log. */
  KafkaNode(int id, Path folder, String cluster, Properties properties) {
    this.id = id;
    this.folder = folder;
    format(cluster, properties);
  }

  /** {@code node.id}. */
  public int id() {
    return id;
  }

  /** Starts it, for the first time or again, and returns at once: the same port and records. */
  public void start() {
    process =
        ChildProcess.java(
            this.toString(),
            folder.resolve("broker.log"),
            List.of(
                "-Xmx384m",
                // Two cores are shared with the processors: start fast, keep few threads.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlog.level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                propertiesFile().toString()));
  }

  /** Ends it as an operator does (SIGTERM). */
  public void stop() {
    process.terminate();
    process.awaitExit(LONGEST_STOP);
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP: to the others it hangs, as one does whose disk does not answer. */
  public void pause() {
    process.pause();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** False while it lives, see {@link ChildProcess#failIfEnded}. */
  boolean failIfEnded(String when) {
    return process.failIfEnded(when);
  }

  String tail() {
    return process.tail();
  }

  void close() {
    if (process != null) {
      process.close();
    }
  }

  private void format(String cluster, Properties properties) {
    properties.put("log.dirs", folder.resolve("data").toString());
    try (Writer writer = Files.newBufferedWriter(propertiesFile())) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] arguments = {"format", "-t", cluster, "-c", propertiesFile().toString()};
    if (StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8)) != 0) {
      throw new AssertionError(
          "the broker's storage cannot be formatted: " + said.toString(StandardCharsets.UTF_8));
    }
  }

  private Path propertiesFile() {
    return folder.resolve("server.properties");
  }

  @Override
  public String toString() {
    return "broker " + id;
  }
}
