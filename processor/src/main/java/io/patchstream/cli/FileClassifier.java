package io.patchstream.cli;

import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.Engine;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of files, in their order. Some are always with the engine, so that it is busy while
 * the caller looks at one; files are read on the engine's decoding threads, when their turn comes.
 */
final class FileClassifier implements Iterator<FileOutcome> {

  private final Engine engine;
  private final Iterator<Path> files;
  private final int ahead;
  private final long maxBytes;
  private final Deque<CompletableFuture<FileOutcome>> submitted = new ArrayDeque<>();

  /**
   * Submits nothing yet.
   *
   * @param ahead how many files are with the engine at once, at least 1
   * @param maxBytes the largest file that is read
   */
  FileClassifier(Engine engine, List<Path> files, int ahead, long maxBytes) {
    this.engine = engine;
    this.files = files.iterator();
    this.ahead = ahead;
    this.maxBytes = maxBytes;
  }

  @Override
  public boolean hasNext() {
    return files.hasNext() || !submitted.isEmpty();
  }

  /** Waits for the file whose turn it is. */
  @Override
  public FileOutcome next() {
    while (files.hasNext() && submitted.size() < ahead) {
      Path file = files.next();
      submitted.add(
          engine
              .submit(() -> new EncodedImage(ImageFiles.read(file, maxBytes), null))
              .handle((inference, failure) -> FileOutcome.of(file, inference, failure)));
    }
    return submitted.remove().join();
  }
}
