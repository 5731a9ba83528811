package io.patchstream.model;

import java.io.IOException;

/** How a framework publishes a kind of model: its files, and what it calls its tensors. */
public interface Layout {

  /** The name that a user gives it, as {@code huggingface/vit}. */
  String name();

  /** Whether the folder's files are of this layout; looks at names and keys alone. */
  boolean recognises(ModelFolder folder) throws ModelException;

  /**
   * Reads the description and maps the weights.
   *
   * @throws ModelException if the configuration says what cannot be run
   * @throws IllegalArgumentException if the sizes that the tensors tell are of no Vision
   *     Transformer
   * @throws io.patchstream.model.tensors.TensorException if tensors are missing, misshapen or
   *     unknown
   * @throws IOException if a file cannot be read
   */
  Checkpoint read(ModelFolder folder) throws ModelException, IOException;
}
