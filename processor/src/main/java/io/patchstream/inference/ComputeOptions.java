package io.patchstream.inference;

import java.util.Objects;

/**
 * What the model is computed on and in.
 *
 * @param devices what it is computed on, a lane each
 * @param precision what it is computed in
 * @param intraOpThreads threads of one run on the CPU, at least 1
 * @param deviceMemoryBytes the most that a session takes of a GPU's memory for weights and
 *     activations; 0 for all that is free
 * @param positionTableBytes bound of the cached position tables in bytes, not negative
 */
public record ComputeOptions(
    Devices devices,
    RequestedPrecision precision,
    int intraOpThreads,
    long deviceMemoryBytes,
    long positionTableBytes) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public ComputeOptions {
    Objects.requireNonNull(devices);
    Objects.requireNonNull(precision);
    EngineOptions.atLeast(1, intraOpThreads, "intraOpThreads");
    EngineOptions.atLeast(0, deviceMemoryBytes, "deviceMemoryBytes");
    EngineOptions.atLeast(0, positionTableBytes, "positionTableBytes");
  }

  /**
   * Threads of a session that all lanes of the CPU share: each of them is the first of its run's.
   */
  int sessionThreads() {
    return devices.lanes().size() * (intraOpThreads - 1) + 1;
  }

  /** The same in another precision. */
  public ComputeOptions with(RequestedPrecision other) {
    return new ComputeOptions(
        devices, other, intraOpThreads, deviceMemoryBytes, positionTableBytes);
  }
}
