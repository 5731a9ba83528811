package io.patchstream.inference;

import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** SKELETON: one engine a process (the inference room fills this). */
public final class Engine implements AutoCloseable {

  private Engine() {}

  /** Opens a session on the model, which may be closed afterwards. */
  public static Engine open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    throw new UnsupportedOperationException("skeleton");
  }

  /**
   * Never throws and never blocks. The future fails with what the source threw, an {@link
   * io.patchstream.image.ImageException} or an {@link InferenceException} (unwrapped); cancelling
   * it frees its place; it is cancelled when the engine closes. Completed on an engine thread.
   */
  public CompletableFuture<Inference> submit(ImageSource source) {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Waits until fewer than the budget's images are in flight; false if {@code atMost} went by. */
  public boolean awaitCapacity(Duration atMost) throws InterruptedException {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Ends the threads, cancels what is in flight, then closes the session. */
  @Override
  public void close() {}
}
