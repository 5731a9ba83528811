package io.patchstream.fetch;

import java.io.IOException;
import java.time.Duration;

/** The next try may have more luck; the message is a sentence without its end. */
final class TransientException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Duration notBefore;

  TransientException(String message, Throwable cause) {
    super(message, cause);
    notBefore = Duration.ZERO;
  }

  /**
   * As a server puts it.
   *
   * @param notBefore how long from now it wants to be left alone
   */
  TransientException(String message, Duration notBefore) {
    super(message);
    this.notBefore = notBefore;
  }

  Duration notBefore() {
    return notBefore;
  }
}
