package io.patchstream.image;

import java.io.IOException;

/** A model's preprocessing cannot be followed; the message names the file, and what to do. */
public final class PreprocessingException extends IOException {

  /** A file that fails for the reason in {@code message}. */
  public PreprocessingException(String message) {
    super(message);
  }

  /** As above, with the error beneath it. */
  public PreprocessingException(String message, Throwable cause) {
    super(message, cause);
  }
}
