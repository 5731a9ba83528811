package io.patchstream.quickstart.bench;

/** What came out is not what had to: a figure beside it would be worth nothing. */
final class WrongResultException extends Exception {

  private static final long serialVersionUID = 1;

  WrongResultException(String message) {
    super(message);
  }
}
