package io.patchstream.inference;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TransferQueue;
import java.util.function.BooleanSupplier;

/**
 * One loading thread's work: brings one image after the other, so that slow sources keep no
 * decoding thread. It holds its image until a decoding thread takes it, so however fast images come
 * there are no more in memory than loading threads.
 */
final class Loader implements Runnable {

  private final BlockingQueue<ImageInFlight> submitted;
  private final TransferQueue<ImageInFlight> loaded;
  private final BooleanSupplier closed;

  Loader(
      BlockingQueue<ImageInFlight> submitted,
      TransferQueue<ImageInFlight> loaded,
      BooleanSupplier closed) {
    this.submitted = submitted;
    this.loaded = loaded;
    this.closed = closed;
  }

  @Override
  public void run() {
    while (!closed.getAsBoolean()) {
      try {
        load(submitted.take());
      } catch (InterruptedException e) {
        // Only close() interrupts between images: the loop ends.
      }
    }
  }

  /** Whatever is thrown is the outcome of this image alone. */
  private void load(ImageInFlight image) {
    if (image.isDone()) {
      return;
    }
    try {
      image.loadFor(loaded);
    } catch (Throwable failure) {
      image.completeExceptionally(failure);
    }
  }
}
