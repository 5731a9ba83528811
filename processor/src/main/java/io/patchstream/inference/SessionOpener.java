package io.patchstream.inference;

/** Opens the session of a lane, for the first time or anew. */
@FunctionalInterface
interface SessionOpener {

  /**
   * Another session on the same weights in the same precision.
   *
   * @throws InferenceException if there is none to be had; the message says why
   */
  ModelSession open(Device device) throws InferenceException;
}
