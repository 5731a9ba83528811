package io.patchstream.inference;

import io.patchstream.image.Crop;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.PreparedImage;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Made-up pictures that a session runs before it gets images, and when it is in doubt. One, of the
 * size that images are brought to: kernels are loaded and the position table is made by then.
 */
final class WarmUp {

  private final Grid grid;
  private final int patchSize;
  private final int prefixTokens;
  private final FloatBuffer picture;

  /**
   * Draws the picture.
   *
   * @param images how images are brought to size
   * @param prefixTokens tokens of an image beside its patches
   */
  WarmUp(ImageOptions images, int prefixTokens) {
    Crop own = images.preprocessing().crop();
    this.patchSize = images.patchSize();
    this.prefixTokens = prefixTokens;
    this.grid =
        new Grid(Math.max(1, own.height() / patchSize), Math.max(1, own.width() / patchSize));
    this.picture = new ProofPicture(0).patches(grid, patchSize);
  }

  /** What is run at start, one after the other; made anew at each call. */
  List<MicroBatch> batches() {
    return List.of(probe());
  }

  /** One picture that the session has run before. */
  MicroBatch probe() {
    MicroBatch batch =
        new MicroBatch(picture, 3 * patchSize * patchSize, prefixTokens, System.nanoTime());
    ImageInFlight image = new ImageInFlight(() -> null, new InFlight(1));
    image.prepared(new PreparedImage(grid.columns() * patchSize, grid.rows() * patchSize, grid));
    batch.add(image, grid);
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
            "the model cannot run a made-up picture: " + e.getCause().getMessage(),
            e.getCause());
      }
    }
  }
}
