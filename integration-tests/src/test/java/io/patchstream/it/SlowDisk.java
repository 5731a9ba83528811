package io.patchstream.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A disk that is slow for one process: every flush (fsync, fdatasync) takes so much longer, for
 * which strace stops the process at each. It needs strace and the right to trace, as root has it.
 */
final class SlowDisk implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final ChildProcess strace;

  /**
   * Slows the disk down until it is closed.
   *
   * @param pid the process
   * @param flush how much longer a flush takes
   */
  SlowDisk(long pid, Duration flush) {
    Path log = Workspace.folder("slow-disk-" + pid).resolve("strace.log");
    strace =
        ChildProcess.start(
            "strace",
            log,
            List.of(
                "strace",
                "--follow-forks",
                "--attach=" + pid,
                "--trace=fsync,fdatasync",
                "--inject=fsync,fdatasync:delay_enter=" + flush.toMillis() + "ms"),
            Map.of());
    strace.awaitLog("attached", SOON);
  }

  /** How often the process has flushed since. */
  long flushes() {
    return strace.log().lines().filter(line -> line.contains("sync(")).count();
  }

  @Override
  public void close() {
    strace.terminate();
    strace.awaitExit(SOON);
  }
}
