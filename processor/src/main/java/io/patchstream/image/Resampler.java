package io.patchstream.image;

import java.util.Arrays;

/**
 * Pillow's resampling of 8-bit pictures, bit for bit: across first, rounded to bytes, then down.
 *
 * <p>Only what the window keeps is computed, and of the intermediate picture only as many rows are
 * held as one output row is made of, so that a tall picture takes no more memory than a small one.
 * Buffers are pooled: for one thread.
 */
final class Resampler {

  /** 4 MiB: some sixty picture sizes of a 12-megapixel camera, brought to 224 pixels. */
  private static final int CACHED_WEIGHTS = 1 << 20;

  private static final int HALF = 1 << (Taps.PRECISION - 1);

  private final TapsCache cache = new TapsCache(CACHED_WEIGHTS);
  private byte[] ring = {};
  private int[] sums = {};

  /** Resizes {@code source} and keeps the window, as {@code framing} says. */
  void resample(Pixels source, Framing framing, Filter filter, Pixels target) {
    target.reshape(framing.width(), framing.height());
    int left = Math.max(framing.left(), 0);
    int top = Math.max(framing.top(), 0);
    int right = Math.min(framing.left() + framing.width(), framing.resizedWidth());
    int bottom = Math.min(framing.top() + framing.height(), framing.resizedHeight());
    if (right - left < framing.width() || bottom - top < framing.height()) {
      target.fill(framing.background());
    }
    Taps across = cache.get(source.width(), framing.resizedWidth(), left, right, filter);
    Taps down = cache.get(source.height(), framing.resizedHeight(), top, bottom, filter);
    int offset = (top - framing.top()) * framing.width() + (left - framing.left());
    resample(source, across, down, target, 3 * offset);
  }

  private void resample(Pixels source, Taps across, Taps down, Pixels target, int offset) {
    int rowBytes = 3 * across.outputs();
    int ringRows = down.widest();
    ring = Pixels.atLeast((long) ringRows * rowBytes, ring);
    if (sums.length < rowBytes) {
      sums = new int[rowBytes];
    }
    int next = 0;
    for (int y = 0; y < down.outputs(); y++) {
      int end = down.first(y) + down.count(y);
      for (next = Math.max(next, down.first(y)); next < end; next++) {
        across(source, next, across, (next % ringRows) * rowBytes);
      }
      down(down, y, rowBytes, target.rgb(), offset + 3 * y * target.width());
    }
  }

  /** One row of the source to one row of the ring. */
  private void across(Pixels source, int row, Taps taps, int ringOffset) {
    byte[] rgb = source.rgb();
    int[] weights = taps.weights();
    int rowOffset = 3 * row * source.width();
    for (int x = 0, to = ringOffset; x < taps.outputs(); x++, to += 3) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int from = rowOffset + 3 * taps.first(x);
      int weightsAt = taps.weightsAt(x);
      int weightsEnd = weightsAt + taps.count(x);
      for (int k = weightsAt; k < weightsEnd; k++, from += 3) {
        int weight = weights[k];
        red += (rgb[from] & 0xff) * weight;
        green += (rgb[from + 1] & 0xff) * weight;
        blue += (rgb[from + 2] & 0xff) * weight;
      }
      ring[to] = clip(red);
      ring[to + 1] = clip(green);
      ring[to + 2] = clip(blue);
    }
  }

  /** The rows of the ring that make up one output row. */
  private void down(Taps taps, int y, int rowBytes, byte[] target, int offset) {
    int ringRows = taps.widest();
    Arrays.fill(sums, 0, rowBytes, HALF);
    for (int k = 0; k < taps.count(y); k++) {
      int weight = taps.weights()[taps.weightsAt(y) + k];
      int from = ((taps.first(y) + k) % ringRows) * rowBytes;
      for (int i = 0; i < rowBytes; i++) {
        sums[i] += (ring[from + i] & 0xff) * weight;
      }
    }
    for (int i = 0; i < rowBytes; i++) {
      target[offset + i] = clip(sums[i]);
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> Taps.PRECISION));
  }
}
