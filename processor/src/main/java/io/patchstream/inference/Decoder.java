package io.patchstream.inference;

import io.patchstream.image.ImageException;
import io.patchstream.image.ImageToPatches;
import io.patchstream.image.PreparedImage;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * One decoding thread's work: source to patches in a batch, one image after the other, until it is
 * closed or an image takes too long.
 *
 * <p>The time limit covers the part in which the thread has nothing but its own buffers. An image
 * gets its place in a batch afterwards, so a thread that comes back late has none to write to.
 */
final class Decoder implements Runnable {

  private final BlockingQueue<ImageInFlight> images;
  private final ImageToPatches imageToPatches;
  private final boolean planes;
  private final Batcher batcher;
  private final BooleanSupplier closed;

  // Of the image that is being decoded, for the watch; guarded by this.
  private ImageInFlight decoding;
  private int ticks;
  private boolean givenUp;

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
    while (!closed.getAsBoolean() && !isGivenUp()) {
      try {
        decode(images.take());
      } catch (InterruptedException e) {
        // Only close() interrupts between images: the loop ends.
      }
    }
  }

  /**
   * Tells that time goes by. At the last tick of an image, image and decoder are given up.
   *
   * @param limit ticks that an image has, at least 1
   * @return the image given up, or null
   */
  synchronized ImageInFlight tick(int limit) {
    // The first tick may have begun before the image did.
    if (decoding == null || ++ticks <= limit) {
      return null;
    }
    givenUp = true;
    return decoding;
  }

  /** Whatever is thrown is the outcome of this image alone. */
  private void decode(ImageInFlight image) {
    if (image.isDone()) {
      return;
    }
    try {
      EncodedImage encoded = Objects.requireNonNull(image.load(), "the source brought no image");
      long began = System.nanoTime();
      PreparedImage prepared = prepare(image, encoded);
      long preparing = System.nanoTime() - began;
      if (isGivenUp() || image.isDone()) {
        return;
      }
      image.prepared(prepared);
      write(image, batcher.reserve(image, prepared.grid()), preparing);
    } catch (Throwable failure) {
      image.completeExceptionally(failure);
    }
  }

  private PreparedImage prepare(ImageInFlight image, EncodedImage encoded) throws ImageException {
    setDecoding(image);
    try {
      return imageToPatches.prepare(encoded.bytes(), encoded.requested());
    } finally {
      setDecoding(null);
    }
  }

  private synchronized void setDecoding(ImageInFlight image) {
    decoding = image;
    ticks = 0;
  }

  private synchronized boolean isGivenUp() {
    return givenUp;
  }

  private void write(ImageInFlight image, MicroBatch.Slot slot, long preparing) {
    long began = System.nanoTime();
    try {
      if (planes) {
        imageToPatches.writePlanes(slot.patches());
      } else {
        imageToPatches.writePatches(slot.patches());
      }
      image.passed(Stage.DECODE, preparing + System.nanoTime() - began);
    } catch (Throwable failure) {
      image.completeExceptionally(failure); // before the batch may leave with half an image
    } finally {
      batcher.filled(slot);
    }
  }
}
