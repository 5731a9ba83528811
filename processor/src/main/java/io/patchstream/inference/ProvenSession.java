package io.patchstream.inference;

import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;

/**
 * A session in the precision that was asked for; one below float32 has shown that it gives nearly
 * the same.
 *
 * @param session on the first of the devices, for the caller to close
 * @param precision what it computes in, as records name it
 * @param why it does, in words for a log
 * @param opener opens others like it, on any of the devices, also when it is closed
 */
record ProvenSession(ModelSession session, String precision, String why, SessionOpener opener) {

  /**
   * Opens it. For the proof a session in float32 is opened first, and closed before the other
   * opens: the weights are never in memory twice.
   *
   * @throws InferenceException if ONNX Runtime refuses the model, the precision is not for such
   *     devices, or the proof fails; the message says by how much
   */
  static ProvenSession open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    return new PrecisionChoice(model, images, options).open();
  }
}
