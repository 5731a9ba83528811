package io.patchstream.model.safetensors;

import java.io.IOException;

/**
 * A file is not valid safetensors; the message names the file and, where there is one, the tensor.
 */
public final class SafetensorsException extends IOException {

  private static final long serialVersionUID = 1L;

  /** A file that fails for the reason in {@code message}. */
  public SafetensorsException(String message) {
    super(message);
  }

  /** As above, with the error beneath it. */
  public SafetensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
