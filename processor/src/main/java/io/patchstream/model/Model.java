package io.patchstream.model;

import java.nio.file.Path;

/** SKELETON: an opened checkpoint (the model room fills this). */
public final class Model implements AutoCloseable {

  private Model() {}

  /** Opens a published folder; the weights are memory-mapped, not read. */
  public static Model open(Path folder) throws ModelException {
    throw new UnsupportedOperationException("skeleton");
  }

  /** What the checkpoint is. */
  public VisionTransformer description() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Hash of the weights, lower-case hexadecimal. */
  public String revision() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** The graph to run, its weights still in the mapped file. */
  public OnnxGraph graph() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Position embeddings for any grid, cached within {@code maxBytes}. */
  public PositionTables positionTables(long maxBytes) {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Unmaps the weights; the position tables stay usable. */
  @Override
  public void close() {}
}
