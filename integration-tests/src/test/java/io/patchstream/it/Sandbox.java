package io.patchstream.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a {@link ContainerFile} says where there is no container engine: bubblewrap puts the
 * same files in the same places on a read-only root, as the same user, with the JVM as process 1.
 * The base image is this machine's {@code /usr} and the JDK that runs the tests; what the image
 * copies comes from the context; state and temporary folder are folders of the test, so that it
 * sees what is left there.
 */
final class Sandbox {

  /** Where Temurin's images have Java. */
  static final Path JAVA_HOME = Path.of("/opt/java/openjdk");

  private static final boolean ROOT = System.getProperty("user.name").equals("root");

  private final ContainerFile image;
  private final Path context;
  private final Path folder;
  private final Map<Path, Path> mounts = new LinkedHashMap<>();

  /**
   * Builds the image: executes its RUN instructions.
   *
   * @param context what COPY copies from
   * @param folder an empty one, for what the image and its processes write
   */
  Sandbox(ContainerFile image, Path context, Path folder) {
    this.image = image;
    this.context = context;
    this.folder = folder;
    try {
      Files.createDirectories(folder.resolve("var/lib"));
      Path everybody = Files.createDirectories(folder.resolve("tmp"));
      Files.setPosixFilePermissions(everybody, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    image.all("RUN").forEach(this::build);
  }

  /** Why bubblewrap cannot be used on this machine; empty where it can. */
  static String missing() {
    List<String> trial = new ArrayList<>(isolated());
    trial.addAll(List.of("--ro-bind", "/", "/", "true"));
    try {
      Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      return process.waitFor() == 0 ? "" : said;
    } catch (IOException e) {
      return "bubblewrap is not installed: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** Adds a file or a folder of this machine, read-only, as {@code -v FROM:TO:ro} does. */
  Sandbox mount(Path from, Path to) {
    mounts.put(to, from);
    return this;
  }

  /** The folder that is {@code /tmp} inside. */
  Path temporaryFolder() {
    return folder.resolve("tmp");
  }

  /** A folder that the RUN instructions have made, as it lies in this machine. */
  Path made(Path inside) {
    return folder.resolve(Path.of("/").relativize(inside));
  }

  /**
   * The command line that runs a command in the image, as its user and in its environment.
   *
   * @param environment what {@code -e} adds to the image's own
   */
  List<String> commandLine(List<String> command, Map<String, String> environment) {
    List<String> line = new ArrayList<>(isolated());
    line.addAll(base());
    bind(line, "--ro-bind", Path.of(System.getProperty("java.home")), JAVA_HOME);
    image
        .copies()
        .forEach((to, from) -> bind(line, "--ro-bind", context.resolve(from), Path.of(to)));
    bind(line, "--ro-bind", folder.resolve("var"), Path.of("/var"));
    bind(line, "--bind", made(stateFolder()), stateFolder());
    bind(line, "--bind", temporaryFolder(), Path.of("/tmp"));
    mounts.forEach((to, from) -> bind(line, "--ro-bind", from, to));
    line.addAll(List.of("--remount-ro", "/", "--chdir", image.one("WORKDIR"), "--clearenv"));
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PATH", JAVA_HOME + "/bin:/usr/bin:/bin");
    all.put("JAVA_HOME", JAVA_HOME.toString());
    all.putAll(image.environment());
    all.putAll(environment);
    all.forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
    line.addAll(asUser());
    line.addAll(command);
    return line;
  }

  /** The folder that the image keeps for what the processor writes. */
  Path stateFolder() {
    return Path.of(image.environment().get("PATCHSTREAM_KAFKA_STATE_DIR"));
  }

  private void build(String step) {
    List<String> line = new ArrayList<>(isolated());
    line.addAll(base());
    bind(line, "--bind", folder.resolve("var"), Path.of("/var"));
    line.addAll(List.of("sh", "-c", step));
    try {
      Process process = new ProcessBuilder(line).inheritIO().start();
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError("RUN " + step + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Processes of its own; the network is the tests', where the broker is. */
  private static List<String> isolated() {
    return List.of("bwrap", "--unshare-pid", "--as-pid-1", "--unshare-ipc", "--die-with-parent");
  }

  /** What stands for the base image. */
  private static List<String> base() {
    List<String> line = new ArrayList<>();
    bind(line, "--ro-bind", Path.of("/usr"), Path.of("/usr"));
    for (String name : List.of("/bin", "/sbin", "/lib", "/lib64")) {
      bind(line, "--ro-bind-try", Path.of(name), Path.of(name));
    }
    // Debian keeps the configuration of its JDK there, and links to it.
    String jdk = "/etc/java-" + Runtime.version().feature() + "-openjdk";
    for (String name : List.of("/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl", jdk)) {
      bind(line, "--ro-bind-try", Path.of(name), Path.of(name));
    }
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--perms", "1777"));
    line.addAll(List.of("--tmpfs", "/dev/shm"));
    return line;
  }

  /** Another user in truth where the tests may choose one, and in name where they may not. */
  private List<String> asUser() {
    String[] user = image.one("USER").split(":");
    if (ROOT) {
      return List.of(
          "--cap-add",
          "CAP_SETUID",
          "--cap-add",
          "CAP_SETGID",
          "--cap-add",
          "CAP_SETPCAP",
          "setpriv",
          "--reuid=" + user[0],
          "--regid=" + user[1],
          "--clear-groups",
          "--no-new-privs",
          "--inh-caps=-all",
          "--bounding-set=-all");
    }
    return List.of("--unshare-user", "--uid", user[0], "--gid", user[1]);
  }

  private static void bind(List<String> line, String how, Path from, Path to) {
    // Those in between would be for root alone.
    for (int depth = 1; depth < to.getNameCount(); depth++) {
      line.addAll(List.of("--dir", "/" + to.subpath(0, depth)));
    }
    line.addAll(List.of(how, from.toAbsolutePath().toString(), to.toString()));
  }
}
