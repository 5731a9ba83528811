package io.patchstream.topology;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.model.Model;
import java.nio.file.Path;

/**
 * A real engine on a ViT that reads numbers.
 *
 * @param engine the engine
 */
record NumberedEngine(Engine engine) implements AutoCloseable {

  static NumberedEngine open(Path folder, int classes) throws Exception {
    return open(folder, classes, 0);
  }

  static NumberedEngine open(Path folder, int classes, int loadThreads) throws Exception {
    return open(folder, classes, EngineOptions.defaults(2).withLoadThreads(loadThreads));
  }

  static NumberedEngine open(Path folder, int classes, EngineOptions options) throws Exception {
    Path model = NumberedVit.of(classes).writeTo(folder);
    ImageOptions images =
        new ImageOptions(
            Preprocessing.read(model),
            NumberedPicture.CELL_PIXELS,
            new Resolution(Resolution.Mode.FIXED, 1024),
            new ImageLimits(1 << 20, 1 << 20),
            true);
    try (Model opened = Model.open(model)) {
      return new NumberedEngine(Engine.open(opened, images, options));
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
