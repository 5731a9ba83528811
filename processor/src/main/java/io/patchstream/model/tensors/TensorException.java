package io.patchstream.model.tensors;

import java.io.IOException;

/**
 * A file of tensors cannot be used; the message names the file and, where there is one, the tensor.
 */
public final class TensorException extends IOException {

  private static final long serialVersionUID = 1L;

  /** A file that fails for the reason in {@code message}. */
  public TensorException(String message) {
    super(message);
  }

  /** As above, with the error beneath it. */
  public TensorException(String message, Throwable cause) {
    super(message, cause);
  }
}
