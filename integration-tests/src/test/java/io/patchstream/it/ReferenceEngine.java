package io.patchstream.it;

import io.patchstream.image.Crop;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.RequestedSize;
import io.patchstream.image.Resolution;
import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.Inference;
import io.patchstream.inference.ModelIdentity;
import io.patchstream.model.Model;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The engine in this JVM, one image after the other, as {@code verify} uses it. */
final class ReferenceEngine implements AutoCloseable {

  private static final int CORES = 2;

  private final Engine engine;

  /**
   * Opens a checkpoint.
   *
   * @param mode as the processor is told
   * @param maxTokens {@code image.max.tokens} of the processor; the model has one prefix token
   */
  ReferenceEngine(Path folder, Resolution.Mode mode, int maxTokens) throws Exception {
    try (Model model = Model.open(folder)) {
      Preprocessing preprocessing = Preprocessing.read(folder);
      Crop own = preprocessing.crop();
      ImageOptions images =
          new ImageOptions(
              preprocessing,
              model.description().patchSize(own.height(), own.width()),
              new Resolution(mode, maxTokens - 1),
              new ImageLimits(1 << 20, 1 << 20),
              true);
      engine = Engine.open(model, images, EngineOptions.defaults(CORES));
    }
  }

  ModelIdentity identity() {
    return engine.identity();
  }

  /**
   * What the model says of a picture.
   *
   * @param requested the size that its event asks for, or null
   */
  Inference classify(byte[] picture, RequestedSize requested) throws Exception {
    return engine.submit(() -> new EncodedImage(picture, requested)).get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    engine.close();
  }
}
