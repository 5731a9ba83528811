package io.patchstream.cli;

import io.patchstream.image.ImageException;
import io.patchstream.inference.Inference;
import io.patchstream.inference.InferenceException;
import io.patchstream.topology.FailureReasons;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What became of one file: an inference or a failure, never both.
 *
 * @param file the path as it was found
 * @param inference what the model said, or null
 * @param failure what stood in the way, or null
 */
record FileOutcome(Path file, Inference inference, Failure failure) {

  /**
   * Why a file has no labels.
   *
   * @param reason for machines: {@code UNREADABLE_FILE}, or one of those that dead letters give
   * @param message for people
   */
  record Failure(String reason, String message) {

    /** Of whatever was thrown while the file was read, decoded or classified. */
    static Failure of(Throwable failure) {
      if (failure instanceof ImageException || failure instanceof InferenceException) {
        return new Failure(FailureReasons.of(failure).name(), failure.getMessage());
      }
      if (failure instanceof IOException unreadable) {
        return new Failure("UNREADABLE_FILE", message(unreadable));
      }
      return new Failure(FailureReasons.of(failure).name(), failure.toString());
    }

    /** Those of Java say the path alone. */
    private static String message(IOException failure) {
      if (failure instanceof AccessDeniedException) {
        return "you may not read it: change its permissions";
      }
      if (failure instanceof NoSuchFileException) {
        return "it does not exist (any more), or is a link to nowhere";
      }
      return "it cannot be read: " + failure.getMessage();
    }

    /** A line for stderr. */
    String line(Path file) {
      return TextFormat.printable(file + ": " + message);
    }
  }

  /** One of {@code inference} and {@code failure} is null. */
  static FileOutcome of(Path file, Inference inference, Throwable failure) {
    return new FileOutcome(file, inference, failure == null ? null : Failure.of(failure));
  }
}
