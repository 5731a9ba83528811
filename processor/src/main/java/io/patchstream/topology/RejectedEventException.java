package io.patchstream.topology;

import io.patchstream.schemas.FailureReason;

/** An input record that holds no image to classify; the message says what is wrong with it. */
final class RejectedEventException extends Exception {

  private static final long serialVersionUID = 1L;

  private final FailureReason reason;

  RejectedEventException(FailureReason reason, String message) {
    this(reason, message, null);
  }

  RejectedEventException(FailureReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  FailureReason reason() {
    return reason;
  }
}
