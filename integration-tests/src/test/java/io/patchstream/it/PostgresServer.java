package io.patchstream.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL on loopback with a new database, of the programs that Debian's packages install. */
final class PostgresServer implements AutoCloseable {

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  private final Path folder;
  private final int port = Workspace.freePort();
  private final ChildProcess process;

  private PostgresServer(Path programs) {
    try {
      // Where its own user may go, who may not be the one that runs the tests.
      folder = Files.createTempDirectory("patchstream-postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String data = folder.resolve("data").toString();
    if (isRoot()) {
      run(List.of("chown", "postgres", folder.toString()));
    }
    run(
        asItsUser(
            programs.resolve("initdb").toString(),
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--no-sync"));
    process =
        ChildProcess.start(
            "PostgreSQL",
            Workspace.folder("postgres").resolve("postgres.log"),
            asItsUser(
                programs.resolve("postgres").toString(),
                "-D",
                data,
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off"),
            Map.of());
    Await.until(LONGEST_START, process::tail, () -> process.failIfEnded("at start") || answers());
  }

  /** The newest one that is installed with pgvector; empty where there is none. */
  static Optional<Path> programs() {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .filter(
              version ->
                  Files.exists(
                      Path.of("/usr/share/postgresql")
                          .resolve(version.getFileName())
                          .resolve("extension/vector.control")))
          .map(version -> version.resolve("bin"))
          .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static PostgresServer start(Path programs) {
    return new PostgresServer(programs);
  }

  /** For {@code DriverManager}. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  /** What {@code psql} prints of a file of statements. */
  String psql(Path file, String... options) {
    List<String> line = new ArrayList<>(List.of("psql", "-q", "-v", "ON_ERROR_STOP=1"));
    line.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres"));
    line.addAll(List.of(options));
    line.addAll(List.of("-f", file.toString()));
    return run(line);
  }

  private boolean answers() throws Exception {
    try (Connection database = DriverManager.getConnection(url())) {
      return database.isValid(1);
    }
  }

  /** PostgreSQL does not run as root. */
  private static List<String> asItsUser(String... command) {
    List<String> line = new ArrayList<>();
    if (isRoot()) {
      line.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    line.addAll(List.of(command));
    return line;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static String run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).directory(new File("/")).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed:\n" + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
