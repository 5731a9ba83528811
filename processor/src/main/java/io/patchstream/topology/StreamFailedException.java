package io.patchstream.topology;

/** The stream cannot start or go on; the message is one sentence that says what to do. */
public final class StreamFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** A stream that fails for the reason in {@code message}. */
  public StreamFailedException(String message) {
    super(message);
  }

  /** As above, with the error beneath it. */
  public StreamFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
