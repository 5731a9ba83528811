package io.patchstream.quickstart.bench;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageToPatches;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Collections;

/** Times encoded bytes to normalised patches, on all cores and with nothing else. */
final class DecodingTiming {

  private final Workload workload;
  private final int threads;

  /**
   * Of the pictures of one workload.
   *
   * @param threads as many as there are cores
   */
  DecodingTiming(Workload workload, int threads) {
    this.workload = workload;
    this.threads = threads;
  }

  /**
   * Images a second of all threads together.
   *
   * @param time how long to measure, after each thread has had every picture once
   */
  double rate(Duration time) throws Exception {
    return AllCores.sum(Collections.nCopies(threads, () -> threadRate(time)));
  }

  private double threadRate(Duration time) throws ImageException {
    ImageToPatches toPatches = new ImageToPatches(workload.options());
    FloatBuffer patches = buffer();
    decodeAll(toPatches, patches);
    long images = 0;
    long begin = System.nanoTime();
    long elapsed;
    do {
      decodeAll(toPatches, patches);
      images += workload.pictures().size();
      elapsed = System.nanoTime() - begin;
    } while (elapsed < time.toNanos());
    return images / (elapsed / 1e9);
  }

  private void decodeAll(ImageToPatches toPatches, FloatBuffer patches) throws ImageException {
    for (BenchPicture picture : workload.pictures()) {
      toPatches.prepare(picture.encoded(), picture.requested());
      toPatches.writePatches(patches.clear());
    }
  }

  private FloatBuffer buffer() {
    int patchSize = workload.options().patchSize();
    int most = workload.grids().stream().mapToInt(Grid::patches).max().orElseThrow();
    return ByteBuffer.allocateDirect(Float.BYTES * 3 * patchSize * patchSize * most)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
