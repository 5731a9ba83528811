package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The session of one lane without an engine around it: what there is to gain is measured with it.
 * For one thread at a time.
 */
public final class RawSession implements AutoCloseable {

  private final ModelSession session;

  private RawSession(ModelSession session) {
    this.session = session;
  }

  /**
   * Opens one for each lane, as the engine does; the model may be closed afterwards.
   *
   * @throws InferenceException if ONNX Runtime refuses the model, or it does not bear the precision
   *     that is asked for
   */
  public static List<RawSession> open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    ProvenSession proven = ProvenSession.open(model, images, options);
    List<RawSession> lanes = new ArrayList<>();
    lanes.add(new RawSession(proven.session()));
    try {
      for (Device device : options.compute().devices().lanes().subList(1, lanes(options))) {
        ModelSession next =
            device.kind() == Device.Kind.CPU
                ? proven.session().forAnotherLane()
                : proven.opener().open(device);
        lanes.add(new RawSession(next));
      }
      return lanes;
    } catch (InferenceException | RuntimeException e) {
      lanes.forEach(RawSession::close);
      throw e;
    }
  }

  private static int lanes(EngineOptions options) {
    return options.compute().devices().lanes().size();
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
      session.run(images, grids);
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "the session failed on images of grids %s: %s".formatted(grids, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
