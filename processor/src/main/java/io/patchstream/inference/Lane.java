package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.PreparedImage;
import java.util.Collections;
import java.util.List;

/** The one thread of a session: takes batches, runs them, and hands each image its result. */
final class Lane implements Runnable {

  private final Batcher batcher;
  private final ModelSession session;
  private final TopK topK;

  Lane(Batcher batcher, ModelSession session, TopK topK) {
    this.batcher = batcher;
    this.session = session;
    this.topK = topK;
  }

  @Override
  public void run() {
    try {
      for (MicroBatch batch = batcher.take(); batch != null; batch = batcher.take()) {
        try {
          run(batch);
        } catch (RuntimeException | Error e) {
          batch.images().forEach(image -> fail(image, e)); // no image may wait for a dead lane
        } finally {
          batcher.release(batch);
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts a lane: Batcher.close() ends it.
      Thread.currentThread().interrupt();
    }
  }

  private void run(MicroBatch batch) {
    List<ImageInFlight> images = batch.images();
    if (images.stream().allMatch(ImageInFlight::isDone)) {
      return;
    }
    if (images.size() == 1) {
      runAlone(batch, 0);
      return;
    }
    try {
      session.run(
          batch.patches(0, images.size()), Collections.nCopies(images.size(), batch.grid()));
    } catch (OrtException | RuntimeException | Error e) {
      runOneByOne(batch);
      return;
    }
    for (int i = 0; i < images.size(); i++) {
      deliver(images.get(i), i);
    }
  }

  /** One image of a batch that failed may be the cause: the others shall not suffer. */
  private void runOneByOne(MicroBatch batch) {
    for (int i = 0; i < batch.images().size(); i++) {
      runAlone(batch, i);
    }
  }

  private void runAlone(MicroBatch batch, int index) {
    ImageInFlight image = batch.images().get(index);
    if (image.isDone()) {
      return;
    }
    try {
      session.run(batch.patches(index, 1), List.of(batch.grid()));
    } catch (OrtException | RuntimeException | Error e) {
      fail(image, e);
      return;
    }
    deliver(image, 0);
  }

  private static void fail(ImageInFlight image, Throwable cause) {
    image.completeExceptionally(
        new InferenceException(
            InferenceException.Reason.SESSION_FAILED,
            "the session failed on this image alone, at grid "
                + image.prepared().grid()
                + ": "
                + cause.getMessage(),
            cause));
  }

  private void deliver(ImageInFlight image, int row) {
    if (image.isDone()) {
      return;
    }
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
}
