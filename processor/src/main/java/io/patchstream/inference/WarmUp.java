package io.patchstream.inference;

import io.patchstream.image.Crop;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.PreparedImage;
import io.patchstream.image.Resolution;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Pictures of the mean shade, all zeros once they are normalised, that a session runs before it
 * gets images, and when it is in doubt. One of the size that images are brought to: kernels are
 * loaded and the position table is made by then. On a GPU a full batch too, and the largest image
 * that may come: its arena has grown by then, and if memory does not suffice, that shows before the
 * first image.
 */
final class WarmUp {

  private final Grid grid;
  private final Grid largest;
  private final int fullBatch;
  private final int patchSize;
  private final int prefixTokens;

  /**
   * What suits an engine.
   *
   * @param images how images are brought to size
   * @param prefixTokens tokens of an image beside its patches
   * @param options of the engine that the pictures are for
   */
  WarmUp(ImageOptions images, int prefixTokens, EngineOptions options) {
    Crop own = images.preprocessing().crop();
    this.patchSize = images.patchSize();
    this.prefixTokens = prefixTokens;
    this.grid =
        new Grid(Math.max(1, own.height() / patchSize), Math.max(1, own.width() / patchSize));
    this.largest = largest(images.resolution());
    this.fullBatch =
        options.compute().devices().kind() == Device.Kind.CPU
            ? 1
            : options.batches().imagesOf(grid.patches() + prefixTokens);
  }

  /** The squarest grid of as many patches as an image may have. */
  private Grid largest(Resolution resolution) {
    if (resolution.mode() == Resolution.Mode.FIXED) {
      return grid;
    }
    int rows = Math.max(1, (int) Math.sqrt(resolution.maxPatches()));
    return new Grid(rows, Math.max(1, resolution.maxPatches() / rows));
  }

  /** What is run at start, one after the other; made anew at each call. */
  List<MicroBatch> batches() {
    if (fullBatch == 1) {
      return List.of(probe());
    }
    return List.of(probe(), batch(grid, fullBatch), batch(largest, 1));
  }

  /** One picture that the session has run before. */
  MicroBatch probe() {
    return batch(grid, 1);
  }

  private MicroBatch batch(Grid grid, int count) {
    int patchFloats = 3 * patchSize * patchSize;
    FloatBuffer zeros =
        DirectBuffers.floats(Math.multiplyExact(count * grid.patches(), patchFloats));
    MicroBatch batch = new MicroBatch(zeros, patchFloats, prefixTokens, System.nanoTime());
    for (int i = 0; i < count; i++) {
      ImageInFlight image = new ImageInFlight(() -> null, new InFlight(1));
      image.prepared(new PreparedImage(grid.columns() * patchSize, grid.rows() * patchSize, grid));
      batch.add(image, grid);
    }
    return batch;
  }

  /**
   * Whether all pictures of a batch that was run have their results.
   *
   * @throws InferenceException what one of them failed with
   */
  static void check(MicroBatch batch) throws InferenceException {
    for (ImageInFlight image : batch.images()) {
      try {
        image.join();
      } catch (CompletionException e) {
        throw new InferenceException(
            InferenceException.Reason.SESSION_FAILED,
            "the model cannot run a picture of one shade: " + e.getCause().getMessage(),
            e.getCause());
      }
    }
  }
}
