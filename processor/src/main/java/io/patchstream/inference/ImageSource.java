package io.patchstream.inference;

/** Brings one encoded image; called once, on a loading or decoding thread of the engine. */
@FunctionalInterface
public interface ImageSource {

  /**
   * Brings the image; may wait (for a registry or a download, say) and is interrupted when the
   * engine closes.
   *
   * @throws Exception what the image's own future then fails with
   */
  EncodedImage load() throws Exception;
}
