package io.patchstream.inference;

import io.patchstream.image.ImageToPatches;
import io.patchstream.image.PreparedImage;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;

/** One decoding thread's work: source to patches in a batch, one image after the other. */
final class Decoder implements Runnable {

  private final BlockingQueue<ImageInFlight> images;
  private final ImageToPatches imageToPatches;
  private final boolean planes;
  private final Batcher batcher;
  private final BooleanSupplier closed;

  /**
   * One thread's decoder.
   *
   * @param planes whether the model takes an image as planes of pixels, not as patches
   */
  Decoder(
      BlockingQueue<ImageInFlight> images,
      ImageToPatches imageToPatches,
      boolean planes,
      Batcher batcher,
      BooleanSupplier closed) {
    this.images = images;
    this.imageToPatches = imageToPatches;
    this.planes = planes;
    this.batcher = batcher;
    this.closed = closed;
  }

  @Override
  public void run() {
    while (!closed.getAsBoolean()) {
      try {
        decode(images.take());
      } catch (InterruptedException e) {
        // Only close() interrupts between images: the loop ends.
      }
    }
  }

  /** Whatever is thrown is the outcome of this image alone. */
  private void decode(ImageInFlight image) {
    if (image.isDone()) {
      return;
    }
    try {
      EncodedImage encoded = Objects.requireNonNull(image.load(), "the source brought no image");
      PreparedImage prepared = imageToPatches.prepare(encoded.bytes(), encoded.requested());
      if (image.isDone()) {
        return;
      }
      image.prepared(prepared);
      write(image, batcher.reserve(image, prepared.grid()));
    } catch (Throwable failure) {
      image.completeExceptionally(failure);
    }
  }

  private void write(ImageInFlight image, MicroBatch.Slot slot) {
    try {
      if (planes) {
        imageToPatches.writePlanes(slot.patches());
      } else {
        imageToPatches.writePatches(slot.patches());
      }
    } catch (Throwable failure) {
      image.completeExceptionally(failure); // before the batch may leave with half an image
    } finally {
      batcher.filled(slot);
    }
  }
}
