package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.Inference;
import io.patchstream.inference.Inference.Prediction;
import io.patchstream.model.Model;
import io.patchstream.quickstart.pictures.Picture;
import io.patchstream.quickstart.pictures.PictureGenerator;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Prints how often the demo model is right about large JPEGs (q90), resized to its own 64x64
 * pixels, with and without {@code patchstream.image.decode.reduced}. It takes a while, so it runs
 * only when it is named: {@code -Dtest=ReducedDecodingTable}.
 */
class ReducedDecodingTable {

  private static final long SEED = 3_000;
  private static final int PICTURES = 2_000;

  /** What a reduced decode may cost, 0 to 1. */
  private static final double COST = 0.01;

  /** Reduced to a quarter, to an eighth, and to a half of sides that are no multiples of it. */
  private static final int[][] SIZES = {{512, 512}, {1024, 1024}, {451, 331}};

  @Test
  void reducedDecodingKeepsTheAnswers() throws Exception {
    System.out.println("| size | full | reduced | the same answer | difference of scores |");
    System.out.println("|---|---|---|---|---|");
    try (Model model = Model.open(DemoModel.FOLDER);
        Engine full = engine(model, false);
        Engine reduced = engine(model, true)) {
      for (int[] size : SIZES) {
        compare(full, reduced, size[0], size[1]);
      }
    }
  }

  private static void compare(Engine full, Engine reduced, int width, int height) throws Exception {
    PictureGenerator pictures = new PictureGenerator(SEED);
    int fullRight = 0;
    int reducedRight = 0;
    int same = 0;
    double difference = 0;
    for (int i = 0; i < PICTURES; i++) {
      Picture picture = pictures.next(width, height);
      byte[] jpeg = picture.jpeg(0.9f);
      CompletableFuture<Inference> fullAnswer = full.submit(() -> new EncodedImage(jpeg, null));
      CompletableFuture<Inference> reducedAnswer =
          reduced.submit(() -> new EncodedImage(jpeg, null));
      Prediction atFull = fullAnswer.get().predictions().get(0);
      Prediction atReduced = reducedAnswer.get().predictions().get(0);
      fullRight += atFull.label().equals(picture.label()) ? 1 : 0;
      reducedRight += atReduced.label().equals(picture.label()) ? 1 : 0;
      same += atFull.label().equals(atReduced.label()) ? 1 : 0;
      difference += Math.abs(atFull.score() - atReduced.score());
    }
    System.out.printf(
        "| %dx%d | %.2f %% | %.2f %% | %.2f %% | %.4f |%n",
        width,
        height,
        100.0 * fullRight / PICTURES,
        100.0 * reducedRight / PICTURES,
        100.0 * same / PICTURES,
        difference / PICTURES);
    assertThat(difference).as("two roads were compared").isPositive();
    assertThat(fullRight - reducedRight).isLessThanOrEqualTo((int) (COST * PICTURES));
  }

  private static Engine engine(Model model, boolean reduced) throws Exception {
    ImageOptions images =
        new ImageOptions(
            Preprocessing.read(DemoModel.FOLDER),
            model.description().patchSize(DemoModel.SIDE, DemoModel.SIDE),
            new Resolution(Mode.FIXED, DemoModel.SIDE * DemoModel.SIDE),
            new ImageLimits(1 << 24, 1 << 24),
            true,
            false,
            reduced);
    return Engine.open(model, images, EngineOptions.defaults(1));
  }
}
