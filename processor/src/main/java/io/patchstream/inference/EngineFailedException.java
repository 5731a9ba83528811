package io.patchstream.inference;

/** The engine cannot go on: no image is to blame, and none that it had counts as failed. */
public final class EngineFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** An engine that ends; {@code message} says why and what to do. */
  public EngineFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
