package io.patchstream.quickstart.bench;

import io.patchstream.image.Grid;
import io.patchstream.inference.InferenceException;
import io.patchstream.inference.RawSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Times the raw session on random patches: nothing is decoded, nobody waits for a batch. */
final class SessionTiming {

  private final RawSession session;
  private final int patchFloats;

  /**
   * Of one session.
   *
   * @param patchFloats values of a patch, 3*P*P
   */
  SessionTiming(RawSession session, int patchFloats) {
    this.session = session;
    this.patchFloats = patchFloats;
  }

  /**
   * Images a second, with all cores busy.
   *
   * @param grids of the batches, in turns; all take part equally
   * @param batch images in a run
   * @param time about how long to measure, after a run of each grid that does not count
   */
  double rate(List<Grid> grids, int batch, Duration time) throws InferenceException {
    int largest = grids.stream().mapToInt(Grid::patches).max().orElseThrow();
    FloatBuffer patches = random(Math.multiplyExact(batch, largest * patchFloats));
    for (Grid grid : grids) {
      run(patches, grid, batch);
    }
    long images = 0;
    long begin = System.nanoTime();
    long elapsed;
    do {
      for (Grid grid : grids) {
        run(patches, grid, batch);
        images += batch;
      }
      elapsed = System.nanoTime() - begin;
    } while (elapsed < time.toNanos());
    return images / (elapsed / 1e9);
  }

  private void run(FloatBuffer patches, Grid grid, int batch) throws InferenceException {
    session.run(
        patches.slice(0, batch * grid.patches() * patchFloats), Collections.nCopies(batch, grid));
  }

  /** As large as normalised pixels are. */
  private static FloatBuffer random(int floats) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < floats; i++) {
      buffer.put(i, (float) random.nextDouble(-1, 1));
    }
    return buffer;
  }
}
