package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Crop;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.Inference;
import io.patchstream.inference.RequestedPrecision;
import io.patchstream.model.Model;
import io.patchstream.quickstart.pictures.Picture;
import io.patchstream.quickstart.pictures.PictureGenerator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How often a model is right, measured through the engine at the pictures' native resolution. */
final class Accuracy {

  private static final int MAX_PATCHES = 4096;
  private static final ImageLimits LIMITS = new ImageLimits(1 << 24, 1 << 24);

  private Accuracy() {}

  /** As {@link #of(Path, long, int, PictureSize, RequestedPrecision)}, in float32. */
  static double of(Path folder, long seed, int count, PictureSize size) throws Exception {
    return of(folder, seed, count, size, RequestedPrecision.FP32);
  }

  /**
   * The part of fresh pictures whose best label is the true one, 0 to 1.
   *
   * @param folder the model
   * @param seed of the pictures; those of the training have small ones
   * @param count how many
   * @param size of the pictures, whole patches
   * @param precision that the model is computed in
   */
  static double of(
      Path folder, long seed, int count, PictureSize size, RequestedPrecision precision)
      throws Exception {
    PictureGenerator pictures = new PictureGenerator(seed);
    int cores = Runtime.getRuntime().availableProcessors();
    EngineOptions options = EngineOptions.defaults(cores).withPrecision(precision);
    try (Model model = Model.open(folder);
        Engine engine = Engine.open(model, images(folder, model), options)) {
      List<String> truths = new ArrayList<>();
      List<CompletableFuture<Inference>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        assertThat(engine.awaitCapacity(Duration.ofMinutes(1))).isTrue();
        Picture picture = pictures.next(size.width(), size.height());
        truths.add(picture.label());
        answers.add(engine.submit(() -> new EncodedImage(picture.png(), null)));
      }
      return matches(truths, answers) / (double) count;
    }
  }

  private static ImageOptions images(Path folder, Model model) throws Exception {
    Preprocessing preprocessing = Preprocessing.read(folder);
    Crop own = preprocessing.crop();
    return new ImageOptions(
        preprocessing,
        model.description().patchSize(own.height(), own.width()),
        new Resolution(Mode.NATIVE, MAX_PATCHES),
        LIMITS,
        true);
  }

  private static int matches(List<String> truths, List<CompletableFuture<Inference>> answers)
      throws Exception {
    int right = 0;
    for (int i = 0; i < truths.size(); i++) {
      Inference answer = answers.get(i).get(60, TimeUnit.SECONDS);
      if (answer.predictions().get(0).label().equals(truths.get(i))) {
        right++;
      }
    }
    return right;
  }
}
