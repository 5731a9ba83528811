package io.patchstream.model;

import io.patchstream.model.PositionInterpolation.Taps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Position embeddings for any grid: the trained table, interpolated as the model's own framework
 * does it, once a grid. The tables used last are kept, within a bound of bytes. Thread-safe.
 */
public final class PositionTables {

  /**
   * How tables were used so far.
   *
   * @param tables that are kept
   * @param hits calls that found theirs among those
   * @param misses calls whose table had to be computed
   */
  public record Usage(int tables, long hits, long misses) {}

  private record GridKey(int rows, int columns) {}

  private final Positions trained;
  private final long maxBytes;
  private final Map<GridKey, FloatBuffer> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long cachedBytes;
  private long hits;
  private long misses;

  /**
   * Tables of one model.
   *
   * @param trained what the model was trained with
   * @param maxBytes what the cache may hold; a table beyond it is computed each time
   */
  PositionTables(Positions trained, long maxBytes) {
    this.trained = trained;
    this.maxBytes = maxBytes;
  }

  /** Length D of an embedding; 0 for a model that is fed none. */
  public int length() {
    return trained.length();
  }

  /**
   * The table at a grid: direct, in native order, read-only, [1, positioned prefix tokens + rows ·
   * columns, D]. The positions of the prefix tokens stand in front, unchanged; the trained grid
   * comes back as it is. Empty for a model that is fed no positions.
   *
   * @throws IllegalArgumentException if a side is below 1
   * @throws ArithmeticException if the table would have 2<sup>31</sup> bytes or more
   */
  public synchronized FloatBuffer at(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("there is no grid of " + rows + "x" + columns);
    }
    GridKey key = new GridKey(rows, columns);
    FloatBuffer table = cache.get(key);
    if (table != null) {
      hits++;
    } else {
      misses++;
      table = direct(interpolate(rows, columns));
      cache.put(key, table);
      cachedBytes += bytes(table);
      evict();
    }
    return table.duplicate();
  }

  /** How it was used so far. */
  public synchronized Usage usage() {
    return new Usage(cache.size(), hits, misses);
  }

  /** What the cache holds now. */
  synchronized long cachedBytes() {
    return cachedBytes;
  }

  /** Drops what was not used for longest until the rest is within the bound. */
  private void evict() {
    Iterator<FloatBuffer> leastRecent = cache.values().iterator();
    while (cachedBytes > maxBytes && leastRecent.hasNext()) {
      cachedBytes -= bytes(leastRecent.next());
      leastRecent.remove();
    }
  }

  private float[] interpolate(int rows, int columns) {
    int fromRows = trained.rows();
    int fromColumns = trained.columns();
    if (rows == fromRows && columns == fromColumns || trained.length() == 0) {
      return trained.table();
    }
    int length = trained.length();
    int prefix = trained.prefix() * length;
    int patches = Math.multiplyExact(rows, columns);
    float[] table = new float[Math.addExact(prefix, Math.multiplyExact(patches, length))];
    System.arraycopy(trained.table(), 0, table, 0, prefix);
    Taps[] columnTaps = taps(fromColumns, columns);
    int target = prefix;
    for (Taps row : taps(fromRows, rows)) {
      for (Taps column : columnTaps) {
        addWeighted(row, column, table, target);
        target += length;
      }
    }
    return table;
  }

  private Taps[] taps(int from, int to) {
    Taps[] taps = new Taps[to];
    Arrays.setAll(taps, target -> trained.interpolation().taps(target, from, to));
    return taps;
  }

  /** The weighted sum of the trained embeddings that the taps name, into one of the table. */
  private void addWeighted(Taps row, Taps column, float[] table, int target) {
    int length = trained.length();
    for (int r = 0; r < row.sources().length; r++) {
      for (int c = 0; c < column.sources().length; c++) {
        float weight = row.weights()[r] * column.weights()[c];
        int patch = row.sources()[r] * trained.columns() + column.sources()[c];
        int source = (trained.prefix() + patch) * length;
        for (int i = 0; i < length; i++) {
          table[target + i] += weight * trained.table()[source + i];
        }
      }
    }
  }

  private static FloatBuffer direct(float[] table) {
    int bytes = Math.multiplyExact(table.length, Float.BYTES);
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    return buffer.put(table).flip().asReadOnlyBuffer();
  }

  private static long bytes(FloatBuffer table) {
    return (long) table.capacity() * Float.BYTES;
  }
}
