package io.patchstream.model;

/** A model folder cannot be used; the message says which file or tensor, and what to do. */
public final class ModelException extends Exception {

  /** A folder that fails for the reason in {@code message}. */
  public ModelException(String message) {
    super(message);
  }

  /** As above, with the error beneath it. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
