package io.patchstream.inference;

import io.patchstream.image.PreparedImage;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TransferQueue;

/**
 * One submitted image and the promise of its result. However it ends, it leaves the images in
 * flight before anyone who waits for it is told.
 */
final class ImageInFlight extends CompletableFuture<Inference> {

  private final ImageSource source;
  private final InFlight inFlight;
  private final long submittedNanos = System.nanoTime();
  private long workedNanos; // of the thread that has the image, one after the other
  private Thread loading;
  private EncodedImage encoded;
  private PreparedImage prepared;

  ImageInFlight(ImageSource source, InFlight inFlight) {
    this.source = source;
    this.inFlight = inFlight;
  }

  /**
   * Brings the image on this thread, unless it was brought before.
   *
   * @throws Exception what the source throws
   */
  EncodedImage load() throws Exception {
    if (encoded == null) {
      return interruptibly(this::fetch);
    }
    EncodedImage broughtBefore = encoded;
    encoded = null; // not held while the image waits for its batch
    return broughtBefore;
  }

  /**
   * Brings the image on this thread, then waits until one that decodes takes it.
   *
   * @throws Exception what the source throws
   */
  void loadFor(TransferQueue<ImageInFlight> decoders) throws Exception {
    interruptibly(
        () -> {
          encoded = fetch();
          decoders.transfer(this);
          return null;
        });
  }

  private EncodedImage fetch() throws Exception {
    long began = System.nanoTime();
    EncodedImage fetched = source.load();
    passed(Stage.FETCH, System.nanoTime() - began);
    return fetched;
  }

  /** It has passed a stage in which something was done with it. */
  void passed(Stage stage, long nanos) {
    workedNanos += nanos;
    inFlight.times().passed(stage, nanos);
  }

  /** Does on this thread what may wait; it is interrupted when the image is cancelled. */
  private <T> T interruptibly(Callable<T> work) throws Exception {
    synchronized (this) {
      if (isDone()) {
        throw new InterruptedException("the image was cancelled before it was loaded");
      }
      loading = Thread.currentThread();
    }
    try {
      return work.call();
    } finally {
      synchronized (this) {
        loading = null;
        Thread.interrupted(); // the interrupt was meant for this image, not for the next image
      }
    }
  }

  void prepared(PreparedImage image) {
    prepared = image;
  }

  PreparedImage prepared() {
    return prepared;
  }

  @Override
  public boolean complete(Inference inference) {
    inFlight.remove(this);
    long nanos = System.nanoTime() - submittedNanos;
    inFlight.times().passed(Stage.QUEUE, nanos - workedNanos);
    inFlight.times().answered(nanos);
    return super.complete(inference);
  }

  /** Also by a caller's time limit; a source that still waits is interrupted. */
  @Override
  public boolean completeExceptionally(Throwable failure) {
    inFlight.remove(this);
    boolean failed = super.completeExceptionally(failure);
    interruptSource();
    return failed;
  }

  /** Frees the image's place at once; its work is dropped at the next stage. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    inFlight.remove(this);
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    interruptSource();
    return cancelled;
  }

  private synchronized void interruptSource() {
    if (loading != null) {
      loading.interrupt();
    }
  }

  /** Stages of a caller's own are plain futures. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
