package io.patchstream.image;

/** One image cannot be turned into patches; nothing but that image is affected. */
public final class ImageException extends Exception {

  /** What was wrong with the image. */
  public enum Reason {
    /** No bytes at all. */
    EMPTY,
    /** More encoded bytes than {@link ImageLimits#maxBytes}. */
    TOO_MANY_BYTES,
    /** More pixels in the header than {@link ImageLimits#maxPixels}. */
    TOO_MANY_PIXELS,
    /** The first bytes belong to no format that is read. */
    UNSUPPORTED_FORMAT,
    /** The format is known, but the bytes cannot be decoded. */
    CORRUPT,
    /** The requested size needs more patches than {@link Resolution#maxPatches}. */
    TOO_MANY_PATCHES,
    /** It is decoded and resized for longer than one image may be. */
    TOO_SLOW
  }

  private final Reason reason;

  /** An image that failed for {@code reason}; {@code message} says what was wrong and where. */
  public ImageException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** As above, with the error that the decoder raised. */
  public ImageException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What was wrong. */
  public Reason reason() {
    return reason;
  }
}
