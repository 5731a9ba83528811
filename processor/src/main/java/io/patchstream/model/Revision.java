package io.patchstream.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The hash of the weights files. Hashing takes about as long as opening a session, so a thread of
 * its own does it meanwhile.
 */
final class Revision {

  private static final int DIGITS = 16;
  private static final int BLOCK_BYTES = 1 << 20;

  private final FutureTask<String> hash;

  private Revision(List<Path> files) {
    this.hash = new FutureTask<>(() -> sha256(files));
  }

  /** Starts hashing. */
  static Revision of(List<Path> files) {
    Revision revision = new Revision(files);
    Thread thread = new Thread(revision.hash, "model-revision");
    thread.setDaemon(true);
    thread.start();
    return revision;
  }

  /** Waits for the hash; interrupts do not cut the wait short, but are kept. */
  String digits() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return hash.get().substring(0, DIGITS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new UncheckedIOException("cannot hash the model's weights", cause);
      }
      throw new IllegalStateException("cannot hash the model's weights", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String sha256(List<Path> files) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (channel.read(block) >= 0) {
          digest.update(block.flip());
          block.clear();
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
