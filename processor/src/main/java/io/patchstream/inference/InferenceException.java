package io.patchstream.inference;

/** The model cannot classify one image, or cannot be run at all. */
public final class InferenceException extends Exception {

  /** What went wrong. */
  public enum Reason {
    /** The session failed on this image alone, or could not be opened. */
    SESSION_FAILED,
    /** Logits or embedding hold NaN or an infinity. */
    NOT_FINITE
  }

  private final Reason reason;

  /** A failure for {@code reason}; {@code message} says what was wrong. */
  public InferenceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
