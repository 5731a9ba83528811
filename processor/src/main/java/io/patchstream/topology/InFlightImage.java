package io.patchstream.topology;

import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.EngineFailedException;
import io.patchstream.inference.ImageSource;
import io.patchstream.inference.Inference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * One input record between its arrival and its result. It carries everything that the result needs,
 * because a punctuation knows no current record.
 */
final class InFlightImage {

  private final InputRecord record;
  private final ResidentBytes residentBytes;
  private final CompletableFuture<Inference> inference;

  // Written by the engine's threads, read by the stream thread once the image has ended.
  private ReadEvent event;
  private byte[] picture; // null unless the tap wants it
  private long endedNanos;
  private volatile boolean ended;

  /** Submits the record to the engine; its bytes are already counted in {@code residentBytes}. */
  InFlightImage(
      InputRecord record,
      EventReader reader,
      ResultTap tap,
      Function<ImageSource, CompletableFuture<Inference>> engine,
      ResidentBytes residentBytes) {
    this.record = record;
    this.residentBytes = residentBytes;
    this.inference = engine.apply(() -> read(reader, tap));
    inference.whenComplete((result, failure) -> end());
  }

  /** A record that failed before it could be submitted. */
  InFlightImage(InputRecord record, RejectedEventException failure) {
    this.record = record;
    this.residentBytes = null;
    this.inference = CompletableFuture.failedFuture(failure);
    end();
  }

  private void end() {
    endedNanos = System.nanoTime();
    ended = true;
  }

  private EncodedImage read(EventReader reader, ResultTap tap) throws Exception {
    event = reader.read(record);
    EncodedImage image = event.content().load();
    picture = tap.wants(image.bytes().length) ? image.bytes() : null;
    return image;
  }

  long offset() {
    return record.offset();
  }

  /** Of its event, milliseconds since the epoch. */
  long timestamp() {
    return record.timestamp();
  }

  /** How long it has been done. */
  long nanosSinceDone() {
    return System.nanoTime() - endedNanos;
  }

  /** Whether there is an outcome; a cancelled inference has none, its engine is closing. */
  boolean isDone() {
    return ended && !inference.isCancelled();
  }

  /**
   * What became of the image.
   *
   * @throws IllegalStateException if it is not done
   * @throws EngineFailedException if nothing did, because the engine failed
   */
  Outcome outcome() {
    if (!isDone()) {
      throw new IllegalStateException(record.coordinates() + " is still in flight");
    }
    try {
      return new Outcome(record, event, picture, inference.join(), null);
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineFailedException failed) {
        throw failed;
      }
      return new Outcome(record, event, picture, null, e.getCause());
    }
  }

  /** Gives the bytes back; called once, when the result has been forwarded or the task closes. */
  void release() {
    inference.cancel(true);
    if (residentBytes != null) {
      residentBytes.release(record.bytes());
    }
  }
}
