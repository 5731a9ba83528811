package io.patchstream.model;

/** What a graph is written for, and how the images of a batch lie in it. */
public enum Target {

  /** A CPU; the images of a run are of one grid. */
  CPU,

  /** A CUDA device; the images of a run are of one grid. */
  CUDA,

  /**
   * A CUDA device; the images of a run are of any grids, their tokens one after the other without
   * padding.
   */
  CUDA_PACKED
}
