package io.patchstream.quickstart.bench;

import io.patchstream.image.Grid;
import io.patchstream.inference.InferenceException;
import io.patchstream.inference.RawSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * Times raw sessions on random patches, each in a thread of its own, as many as the engine has
 * lanes: nothing is decoded, nobody waits for a batch.
 */
final class SessionTiming implements AutoCloseable {

  private final List<RawSession> sessions;
  private final int patchFloats;

  /**
   * Of sessions of one model, which it takes over.
   *
   * @param sessions one a lane
   * @param patchFloats values of a patch, 3*P*P
   */
  SessionTiming(List<RawSession> sessions, int patchFloats) {
    this.sessions = List.copyOf(sessions);
    this.patchFloats = patchFloats;
  }

  /**
   * Images a second of all sessions together.
   *
   * @param grids of the batches, in turns; all take part equally
   * @param batch images in a run
   * @param time about how long to measure, after a run of each grid that does not count
   */
  double rate(List<Grid> grids, int batch, Duration time) throws Exception {
    List<Callable<Double>> lanes = new ArrayList<>();
    for (RawSession session : sessions) {
      lanes.add(() -> rate(session, grids, batch, time));
    }
    return AllCores.sum(lanes);
  }

  private double rate(RawSession session, List<Grid> grids, int batch, Duration time)
      throws InferenceException {
    int largest = grids.stream().mapToInt(Grid::patches).max().orElseThrow();
    FloatBuffer patches = random(Math.multiplyExact(batch, largest * patchFloats));
    for (Grid grid : grids) {
      run(session, patches, grid, batch);
    }
    long images = 0;
    long begin = System.nanoTime();
    long elapsed;
    do {
      for (Grid grid : grids) {
        run(session, patches, grid, batch);
        images += batch;
      }
      elapsed = System.nanoTime() - begin;
    } while (elapsed < time.toNanos());
    return images / (elapsed / 1e9);
  }

  private void run(RawSession session, FloatBuffer patches, Grid grid, int batch)
      throws InferenceException {
    session.run(
        patches.slice(0, batch * grid.patches() * patchFloats), Collections.nCopies(batch, grid));
  }

  @Override
  public void close() {
    sessions.forEach(RawSession::close);
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
