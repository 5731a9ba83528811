package io.patchstream.image;

/**
 * What one axis of a resize needs: which input samples each output sample is made of, and their
 * weights in fixed point. The arithmetic is Pillow's ({@code Resample.c}, and for nearest {@code
 * ImagingScaleAffine}): weights in double, normalised to 1, then rounded to {@link #PRECISION}
 * fractional bits.
 */
final class Taps {

  /** Fractional bits of a weight: 32 less 8 for the sample and 2 for overshoot. */
  static final int PRECISION = 32 - 8 - 2;

  private final int stride;
  private final int[] first;
  private final int[] count;
  private final int[] weights;

  private Taps(int outputs, int stride) {
    this.stride = stride;
    this.first = new int[outputs];
    this.count = new int[outputs];
    this.weights = new int[Math.multiplyExact(outputs, stride)];
  }

  /** The outputs {@code from} (included) to {@code to} (excluded) of a resize to {@code out}. */
  static Taps of(Span in, int out, int from, int to, Filter filter) {
    return filter == Filter.NEAREST ? nearest(in, out, from, to) : of(filter, in, out, from, to);
  }

  private static Taps nearest(Span in, int out, int from, int to) {
    Taps taps = new Taps(to - from, 1);
    double step = in.length() / out;
    double centre = in.start() + step * 0.5;
    // Added up rather than multiplied, as Pillow does: the rounding errors must be the same.
    for (int i = 0; i < to; i++, centre += step) {
      if (i >= from) {
        taps.first[i - from] = Math.min((int) centre, in.samples() - 1);
        taps.count[i - from] = 1;
        taps.weights[i - from] = 1 << PRECISION;
      }
    }
    return taps;
  }

  private static Taps of(Filter filter, Span in, int out, int from, int to) {
    double scale = in.length() / out;
    double widening = Math.max(scale, 1);
    double support = filter.support() * widening;
    double inverse = 1 / widening;
    // No window is wider than its filter, nor than the input.
    int stride = Math.min((int) Math.ceil(support) * 2 + 1, in.samples());
    Taps taps = new Taps(to - from, stride);
    double[] exact = new double[stride];
    for (int i = from; i < to; i++) {
      double centre = in.start() + (i + 0.5) * scale;
      int first = Math.max((int) (centre - support + 0.5), 0);
      int count = Math.min((int) (centre + support + 0.5), in.samples()) - first;
      double sum = 0;
      for (int k = 0; k < count; k++) {
        exact[k] = filter.weight((k + first - centre + 0.5) * inverse);
        sum += exact[k];
      }
      taps.set(i - from, first, count, exact, sum);
    }
    return taps;
  }

  private void set(int output, int first, int count, double[] exact, double sum) {
    this.first[output] = first;
    this.count[output] = count;
    for (int k = 0; k < count; k++) {
      double weight = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << PRECISION);
      weights[output * stride + k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
  }

  int outputs() {
    return first.length;
  }

  /** The first input sample of an output. */
  int first(int output) {
    return first[output];
  }

  /** How many input samples an output is made of. */
  int count(int output) {
    return count[output];
  }

  /** The input sample after the last one of an output. */
  int end(int output) {
    return first[output] + count[output];
  }

  /** The most input samples that any output is made of. */
  int widest() {
    return stride;
  }

  /** Where an output's weights begin in {@link #weights}. */
  int weightsAt(int output) {
    return output * stride;
  }

  int[] weights() {
    return weights;
  }
}
