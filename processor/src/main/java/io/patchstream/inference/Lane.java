package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.PreparedImage;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a session: takes batches, runs them, and hands each image its result.
 *
 * <p>A run that fails is told by whose fault it was. Out of memory: the session is opened again,
 * which gives back what its arena held, and from then on batches have half the tokens. An image of
 * a batch: each runs alone, so that the others do not suffer. The session or its device, which then
 * fails on a picture that it ran at start: the engine ends, since no image is to blame.
 */
final class Lane implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Device device;
  private final SessionOpener opener;
  private final Batcher batcher;
  private final TopK topK;
  private final WarmUp warmUp;
  private final Consumer<EngineFailedException> failed;

  private ModelSession session; // guarded by this, but for its own thread's reading
  private boolean terminated;
  private boolean sessionIsProven; // it has run something since it was opened
  private int maxTokens = Integer.MAX_VALUE;
  private final LaneClock clock = new LaneClock();

  /**
   * A lane that has not started.
   *
   * @param device what it computes on
   * @param session closed with the lane
   * @param opener opens it again
   * @param warmUp what the session runs before anything else, and when it is in doubt
   * @param failed told once the lane cannot go on
   */
  Lane(
      Device device,
      ModelSession session,
      SessionOpener opener,
      Batcher batcher,
      TopK topK,
      WarmUp warmUp,
      Consumer<EngineFailedException> failed) {
    this.device = device;
    this.session = session;
    this.opener = opener;
    this.batcher = batcher;
    this.topK = topK;
    this.warmUp = warmUp;
    this.failed = failed;
  }

  @Override
  public void run() {
    try {
      for (MicroBatch batch; (batch = batcher.take(clock)) != null; ) {
        try {
          run(batch);
        } finally {
          batcher.release(batch);
        }
      }
    } catch (EngineFailedException e) {
      failed.accept(e);
    } catch (RuntimeException | Error e) {
      failed.accept(new EngineFailedException("the engine failed by itself: " + e, e));
    } catch (InterruptedException e) {
      // Nobody interrupts a lane: Batcher.close() ends it.
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs the pictures of a warm-up as batches are run, so that the first image finds everything in
   * place, and too little memory shows before it.
   *
   * @throws InferenceException if the session cannot run them
   */
  void warmUp() throws InferenceException {
    try {
      for (MicroBatch batch : warmUp.batches()) {
        run(batch);
        WarmUp.check(batch);
      }
    } catch (EngineFailedException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED, e.getMessage(), e.getCause());
    }
  }

  /** Runs a batch in as few parts as memory allows. */
  private void run(MicroBatch batch) {
    int aloneBefore = 0;
    for (int first = 0; first < batch.size(); ) {
      int count = first < aloneBefore ? 1 : batch.countWithin(maxTokens, first);
      if (allDone(batch, first, count)) {
        first += count;
        continue;
      }
      Throwable failure = tryRun(batch, first, count);
      if (failure == null) {
        deliver(batch, first, count);
        first += count;
      } else if (DeviceFault.of(failure) == DeviceFault.OUT_OF_MEMORY) {
        takeLess(batch, first, count, failure);
      } else if (DeviceFault.of(failure) == DeviceFault.LOST) {
        throw lost(failure);
      } else if (count > 1) {
        aloneBefore = first + count;
      } else {
        blame(batch, first, failure);
        first++;
      }
    }
  }

  private static boolean allDone(MicroBatch batch, int first, int count) {
    return batch.images().subList(first, first + count).stream().allMatch(ImageInFlight::isDone);
  }

  /** What a run of some images threw; null if it went well. */
  private Throwable tryRun(MicroBatch batch, int first, int count) {
    clock.begin(System.nanoTime());
    try {
      session.run(batch.patches(first, count), batch.grids().subList(first, first + count));
      sessionIsProven = true;
      return null;
    } catch (OrtException | RuntimeException | Error e) {
      return e;
    } finally {
      clock.end(System.nanoTime());
    }
  }

  /** Opens the session again, for the same images in smaller runs if there are several. */
  private void takeLess(MicroBatch batch, int first, int count, Throwable failure) {
    int tokens = batch.tokens(first, count);
    if (count == 1 && !sessionIsProven) {
      throw new EngineFailedException(
          ("an image of %s patches needs more memory than %s has, even alone: give it more, or lower"
                  + " patchstream.image.max.tokens (%d tokens here): %s")
              .formatted(batch.grids().get(first), device, tokens, failure.getMessage()),
          failure);
    }
    if (count > 1) {
      maxTokens = tokens / 2;
      batcher.limitTokens(maxTokens);
      LOG.warn(
          "Out of memory on {} with {} images of {} tokens in all: batches have at most {} tokens from"
              + " now on. patchstream.batch.max.tokens={} says so from the start.",
          device,
          count,
          tokens,
          maxTokens,
          maxTokens);
    }
    openAgain();
  }

  private void openAgain() {
    session.close();
    sessionIsProven = false;
    try {
      ModelSession again = opener.open(device);
      synchronized (this) {
        session = again;
        if (terminated) {
          session.terminate();
        }
      }
    } catch (InferenceException e) {
      throw new EngineFailedException(
          "the session cannot be opened again after it had run out of memory: " + e.getMessage(),
          e);
    }
  }

  /** An image that fails alone is the cause if the session still runs what it ran at start. */
  private void blame(MicroBatch batch, int index, Throwable failure) {
    Throwable ofTheSession = tryRun(warmUp.probe(), 0, 1);
    if (ofTheSession != null) {
      throw lost(ofTheSession);
    }
    batch
        .images()
        .get(index)
        .completeExceptionally(
            new InferenceException(
                InferenceException.Reason.SESSION_FAILED,
                "the session failed on this image alone, at grid "
                    + batch.grids().get(index)
                    + ": "
                    + failure.getMessage(),
                failure));
  }

  private EngineFailedException lost(Throwable failure) {
    return new EngineFailedException(
        device
            + " or its session no longer works, no image is to blame: restart the process, on another"
            + " device if it happens again ("
            + failure.getMessage()
            + ")",
        failure);
  }

  private void deliver(MicroBatch batch, int first, int count) {
    for (int i = 0; i < count; i++) {
      deliver(batch.images().get(first + i), i);
    }
  }

  private void deliver(ImageInFlight image, int row) {
    if (image.isDone()) {
      return;
    }
    image.passed(Stage.INFERENCE, clock.lastNanos());
    float[] logits = session.logits(row);
    float[] clsEmbedding = session.clsEmbedding(row);
    if (!areFinite(logits) || !areFinite(clsEmbedding)) {
      image.completeExceptionally(
          new InferenceException(
              InferenceException.Reason.NOT_FINITE,
              "the model gave NaN or an infinity for this image; do its weights fit its precision?",
              null));
      return;
    }
    PreparedImage prepared = image.prepared();
    image.complete(
        new Inference(
            topK.of(logits),
            logits,
            clsEmbedding,
            prepared.width(),
            prepared.height(),
            prepared.grid()));
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  Device device() {
    return device;
  }

  /** What it has spent its time on so far. */
  DeviceTime time() {
    return clock.time();
  }

  /** One sentence if its run under way does not come back. */
  Optional<String> fault() {
    return clock
        .overdue(System.nanoTime())
        .map(
            time ->
                "%s has been at one run of the model for %d s: restart the process."
                    .formatted(device, time.toSeconds()));
  }

  /** Makes a run that is under way fail soon, and every later one. */
  synchronized void terminate() {
    terminated = true;
    session.terminate();
  }

  /** Closes the session; its thread has ended, or never was started. */
  synchronized void close() {
    session.close();
  }
}
