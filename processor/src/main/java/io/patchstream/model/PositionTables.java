package io.patchstream.model;

import java.nio.FloatBuffer;

/** SKELETON: interpolated position embeddings, cached within a byte bound (the model room). */
public final class PositionTables {

  /** The table at a grid: direct, read-only, [1, tokens, D] row-major. Thread-safe. */
  public FloatBuffer at(int rows, int columns) {
    throw new UnsupportedOperationException("skeleton");
  }
}
