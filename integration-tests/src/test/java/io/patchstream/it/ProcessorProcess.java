package io.patchstream.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * One processor: {@code patchstream run} from the distribution that the build made, in a process of
 * its own. It can be started again after it has ended; each start has a client id of its own, so
 * that the group tells it from what it was before.
 */
public final class ProcessorProcess implements AutoCloseable {

  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("patchstream.distribution", "../processor/target/patchstream"));

  private final String name;
  private final Path folder;
  private final Map<String, String> settings;
  private final Topics topics;
  private String javaOptions = "-Xmx512m";
  private int starts;
  private ChildProcess process;

  /**
   * A processor that does not run yet.
   *
   * @param name how messages and its folder call it
   * @param settings its properties file; {@code application.id} and {@code bootstrap.servers} are
   *     among them
   * @param topics of the cluster that it is told
   */
  ProcessorProcess(String name, Map<String, String> settings, Topics topics) {
    this.name = name;
    this.folder = Workspace.folder(name);
    this.settings = settings;
    this.topics = topics;
  }

  /** Replaces the small heap that several processors beside each other need; "" for none. */
  public ProcessorProcess withJavaOptions(String options) {
    javaOptions = options;
    return this;
  }

  /** The program's launcher in the distribution that the build made. */
  static String launcher() {
    return DISTRIBUTION.resolve("patchstream").toAbsolutePath().toString();
  }

  /** Starts it and returns at once; it must not be running. */
  public ProcessorProcess start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    starts++;
    Workspace.folder(name + "/tmp");
    process =
        ChildProcess.start(
            name,
            folder.resolve("processor.log"),
            List.of(launcher(), "run", "--config", writeConfig().toString()),
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "PATCHSTREAM_JAVA_OPTS",
                // Native libraries are unpacked there, and stay when a process is killed.
                javaOptions + " -Djava.io.tmpdir=" + temporaryFolder()));
    return this;
  }

  /** Waits until this start is a member of its group and the group is at rest. */
  public ProcessorProcess awaitRunning(Duration atMost) {
    Await.until(
        atMost,
        () -> name + " has not joined its group\n" + process.tail(),
        () ->
            process.failIfEnded("before it had joined its group")
                || topics.hasStableMember(settings.get("application.id"), clientId() + "-"));
    return this;
  }

  /** Waits for a line of the log of this start that contains {@code text}. */
  public void awaitLog(String text, Duration atMost) {
    process.awaitLog(text, atMost);
  }

  /** SIGKILL; returns once it is gone. */
  public void kill() {
    process.kill();
  }

  /**
   * SIGTERM.
   *
   * @return the exit code
   * @throws AssertionError if it lives on after {@code atMost}
   */
  public int terminate(Duration atMost) {
    process.terminate();
    return process.awaitExit(atMost);
  }

  /** SIGTERM; returns at once. */
  public void beginTermination() {
    process.terminate();
  }

  /** Waits for it to end by itself, as it does when it is used wrongly, and returns the code. */
  public int awaitExit(Duration atMost) {
    return process.awaitExit(atMost);
  }

  /** SIGSTOP. */
  public void pause() {
    process.pause();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Memory that only this process has, mapped files not counted, in bytes. */
  public long rssAnonBytes() {
    return process.rssAnonBytes();
  }

  /** What is alive on its heap, which this makes it collect, in bytes. */
  public long liveHeapBytes() {
    return process.liveHeapBytes();
  }

  /** What all starts have printed. */
  public String logOfAllStarts() {
    try {
      return Files.readString(folder.resolve("processor.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What this start has printed. */
  public String log() {
    return process.log();
  }

  /**
   * Fails with the end of the log unless it runs.
   *
   * @param when what the message adds
   */
  public void assertAlive(String when) {
    process.failIfEnded(when);
  }

  /** The name under which the group knows this start. */
  private String clientId() {
    return name + "-" + starts;
  }

  /** {@code state.dir}. */
  public Path stateFolder() {
    return folder.resolve("state");
  }

  /** What it has left in its temporary folder. ONNX Runtime's own folder stays, and is empty. */
  List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> all = Files.walk(temporaryFolder())) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private Path temporaryFolder() {
    return folder.resolve("tmp");
  }

  private Path writeConfig() {
    Properties properties = new Properties();
    properties.put("patchstream.http.port", "-1"); // several run beside each other
    properties.putAll(settings);
    properties.put("client.id", clientId());
    properties.put("state.dir", stateFolder().toString());
    Path file = folder.resolve("patchstream.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
