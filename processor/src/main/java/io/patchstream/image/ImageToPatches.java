package io.patchstream.image;

import java.nio.FloatBuffer;

/** SKELETON: bytes to patches, one instance a thread (the image room fills this). */
public final class ImageToPatches {

  /** Pools are allocated here and grow to the largest image seen. */
  public ImageToPatches(ImageOptions options) {}

  /** Decodes, orients, resizes and crops; the pixels stay inside until the next call. */
  public PreparedImage prepare(byte[] encoded, RequestedSize requested) throws ImageException {
    throw new UnsupportedOperationException("skeleton");
  }

  /**
   * Writes the normalised patches of the last prepared image, [patches, 3*P*P], at the position.
   */
  public void writePatches(FloatBuffer target) {
    throw new UnsupportedOperationException("skeleton");
  }
}
