package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A model's session without an engine around it, opened as the engine opens its own: what there is
 * to gain is measured with it. For one thread at a time.
 */
public final class RawSession implements AutoCloseable {

  private final ProvenSession proven;

  private RawSession(ProvenSession proven) {
    this.proven = proven;
  }

  /**
   * Opens it; the model may be closed afterwards.
   *
   * @throws InferenceException if ONNX Runtime refuses the model, or it does not bear the precision
   *     that is asked for
   */
  public static RawSession open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    return new RawSession(ProvenSession.open(model, images, options));
  }

  /** What it computes in, as records name it. */
  public String precision() {
    return proven.precision();
  }

  /**
   * Runs images and leaves the results where they are.
   *
   * @param images as many values as their patches or planes have, direct
   * @param grids of the images, at most {@link BatchOptions#maxSize}
   * @throws InferenceException if the run fails
   */
  public void run(FloatBuffer images, List<Grid> grids) throws InferenceException {
    try {
      proven.session().run(images, grids);
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "the session failed on images of grids %s: %s".formatted(grids, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    proven.session().close();
  }
}
