package io.patchstream.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends what the tests started when their JVM ends, even when that is killed: a shell at the other
 * end of a pipe knows the living pids, and kills them when the pipe closes. (A shutdown hook does
 * not run after kill -9.)
 */
final class Undertaker {

  // Each line replaces the one before; an interrupt from the terminal is for the tests' JVM alone.
  private static final String SCRIPT =
      "trap '' INT TERM HUP; pids=; while read -r line; do pids=$line; done;"
          + " test -z \"$pids\" || kill -KILL $pids";

  private static final Set<Long> LIVING = new LinkedHashSet<>();
  private static final OutputStream PIPE = startShell();

  private Undertaker() {}

  static void watch(Process process) {
    synchronized (LIVING) {
      LIVING.add(process.pid());
      tell();
    }
    process.onExit().thenRun(() -> forget(process.pid()));
  }

  private static void forget(long pid) {
    synchronized (LIVING) {
      LIVING.remove(pid);
      tell();
    }
  }

  private static void tell() {
    String line = LIVING.stream().map(String::valueOf).collect(Collectors.joining(" "));
    try {
      PIPE.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      PIPE.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OutputStream startShell() {
    try {
      return new ProcessBuilder("sh", "-c", SCRIPT)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
