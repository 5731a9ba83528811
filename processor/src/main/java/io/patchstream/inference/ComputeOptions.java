package io.patchstream.inference;

import java.util.Objects;

/**
 * What the model is computed on and in.
 *
 * @param precision what it is computed in
 * @param intraOpThreads threads of a session, at least 1
 * @param positionTableBytes bound of the cached position tables in bytes, not negative
 */
public record ComputeOptions(
    RequestedPrecision precision, int intraOpThreads, long positionTableBytes) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public ComputeOptions {
    Objects.requireNonNull(precision);
    EngineOptions.atLeast(1, intraOpThreads, "intraOpThreads");
    EngineOptions.atLeast(0, positionTableBytes, "positionTableBytes");
  }

  /** The same in another precision. */
  public ComputeOptions with(RequestedPrecision other) {
    return new ComputeOptions(other, intraOpThreads, positionTableBytes);
  }
}
