package io.patchstream.image;

/**
 * One axis of a picture that is resized: what it measures, in samples. A picture that was decoded
 * at a part of its size has a last sample that reaches beyond it; turned round, a first one.
 *
 * @param samples how many there are
 * @param start where the picture begins, at least 0
 * @param length how far it reaches
 */
record Span(int samples, double start, double length) {

  /** The samples are the picture. */
  static Span whole(int samples) {
    return new Span(samples, 0, samples);
  }

  /**
   * A side of {@code full} pixels, decoded at {@code 1 / reduction} of it.
   *
   * @param reversed whether it was turned round since
   */
  static Span reduced(int full, int reduction, boolean reversed) {
    double length = (double) full / reduction;
    int samples = (int) Math.ceil(length);
    return new Span(samples, reversed ? samples - length : 0, length);
  }
}
