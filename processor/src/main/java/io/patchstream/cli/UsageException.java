package io.patchstream.cli;

/** A command was used wrongly; the message says how, and what to do. */
final class UsageException extends Exception {

  UsageException(String message) {
    super(message);
  }
}
