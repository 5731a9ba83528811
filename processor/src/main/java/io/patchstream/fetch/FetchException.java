package io.patchstream.fetch;

import java.io.IOException;

/** Content that was not fetched; the message is a sentence that names the URI. */
public final class FetchException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public enum Reason {
    /** The URI, an address of its host or a redirect is not allowed. */
    REFUSED,
    /** It is allowed, but is not there or does not come in time. */
    FAILED,
    /** It is larger than the limit. */
    TOO_MANY_BYTES
  }

  private final Reason reason;

  FetchException(Reason reason, String message) {
    this(reason, message, null);
  }

  FetchException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** For programs; the message is for people. */
  public Reason reason() {
    return reason;
  }
}
