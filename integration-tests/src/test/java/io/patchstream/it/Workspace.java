package io.patchstream.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the tests put files, and the ports of this machine that are free. */
final class Workspace {

  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 6_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private static final Path ROOT = Path.of(System.getProperty("it.directory", "target/it"));

  private Workspace() {}

  /** An empty folder of that name under {@code target/it}; what an earlier run left is deleted. */
  static Path folder(String name) {
    Path folder = ROOT.resolve(name).toAbsolutePath();
    try {
      if (Files.exists(folder)) {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
          deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
          Files.delete(file);
        }
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A loopback port that nobody listens on, below those that Linux gives to outgoing connections:
   * it is still free when its server is stopped and started again. No port is given twice, neither
   * here nor to a JVM that runs tests beside this one.
   */
  static int freePort() {
    int first = FIRST_PORT + Integer.getInteger("surefire.forkNumber", 1) % 2 * PORTS;
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(first, first + PORTS);
      if (!GIVEN.add(port)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody listens there.
      }
    }
    throw new IllegalStateException("no free port from " + first + " on, of " + PORTS + "");
  }

  /** As many ports as asked for, each unlike the others. */
  static List<Integer> freePorts(int count) {
    return IntStream.generate(Workspace::freePort).limit(count).boxed().toList();
  }
}
