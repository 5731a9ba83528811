package io.patchstream.topology;

import io.patchstream.fetch.FetchException;
import io.patchstream.image.ImageException;
import io.patchstream.inference.InferenceException;
import io.patchstream.schemas.FailureReason;

/** Why an image has no result, in the terms that its reader is told. */
public final class FailureReasons {

  private FailureReasons() {}

  /** The reason of whatever an image failed with; {@link FailureReason#OTHER} for the rest. */
  public static FailureReason of(Throwable failure) {
    if (failure instanceof RejectedEventException rejected) {
      return rejected.reason();
    }
    if (failure instanceof FetchException fetch) {
      return switch (fetch.reason()) {
        case REFUSED -> FailureReason.URI_REFUSED;
        case FAILED -> FailureReason.FETCH_FAILED;
        case TOO_MANY_BYTES -> FailureReason.TOO_MANY_BYTES;
      };
    }
    if (failure instanceof ImageException image) {
      return switch (image.reason()) {
        case EMPTY, CORRUPT -> FailureReason.CORRUPT_IMAGE;
        case TOO_MANY_BYTES -> FailureReason.TOO_MANY_BYTES;
        case TOO_MANY_PIXELS -> FailureReason.TOO_MANY_PIXELS;
        case TOO_MANY_PATCHES -> FailureReason.TOO_MANY_PATCHES;
        case TOO_SLOW -> FailureReason.TOO_SLOW;
        case UNSUPPORTED_FORMAT -> FailureReason.UNSUPPORTED_FORMAT;
      };
    }
    if (failure instanceof InferenceException inference) {
      return switch (inference.reason()) {
        case SESSION_FAILED -> FailureReason.INFERENCE_FAILED;
        case NOT_FINITE -> FailureReason.NOT_FINITE;
      };
    }
    return FailureReason.OTHER;
  }
}
