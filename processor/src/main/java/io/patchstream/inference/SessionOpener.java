package io.patchstream.inference;

/** Opens the session of a lane anew. */
@FunctionalInterface
interface SessionOpener {

  /**
   * Another session like the one that was closed.
   *
   * @throws InferenceException if there is none to be had; the message says why
   */
  ModelSession open() throws InferenceException;
}
