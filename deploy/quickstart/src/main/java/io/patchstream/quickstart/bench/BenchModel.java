package io.patchstream.quickstart.bench;

import io.patchstream.cli.RoomOptions;
import io.patchstream.config.Settings;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.inference.Devices;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.RawSession;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import java.util.List;

/**
 * The model that is measured, open, and the parts of the road made of it as {@code run} would make
 * them.
 */
final class BenchModel implements AutoCloseable {

  private final Model model;
  private final Preprocessing preprocessing;
  private final int cores;

  private BenchModel(Model model, Preprocessing preprocessing, int cores) {
    this.model = model;
    this.preprocessing = preprocessing;
    this.cores = cores;
  }

  /**
   * Opens it.
   *
   * @param cores that the process may use
   * @throws Exception what is wrong with its folder
   */
  static BenchModel open(Settings settings, int cores) throws Exception {
    Preprocessing preprocessing = Preprocessing.read(settings.model());
    return new BenchModel(
        Model.open(settings.model(), settings.modelLayout()), preprocessing, cores);
  }

  ModelDescription description() {
    return model.description();
  }

  /** How the settings make patches of pictures. */
  ImageOptions images(BenchSettings settings) throws Exception {
    return room(settings).images(description());
  }

  /** An engine as the processor has it. */
  Engine engine(BenchSettings settings) throws Exception {
    return Engine.open(model, images(settings), options(settings));
  }

  /** How the processor's engine is told to work. */
  EngineOptions options(BenchSettings settings) throws Exception {
    RoomOptions room = room(settings);
    return room.engine(description(), Devices.select(room.settings().devices()), cores);
  }

  /**
   * The sessions of its lanes, without an engine.
   *
   * @param maxBatch images in their largest run
   */
  List<RawSession> sessions(BenchSettings settings, int maxBatch) throws Exception {
    BenchSettings larger = settings.with(Settings.BATCH_MAX_SIZE, Integer.toString(maxBatch));
    return RawSession.open(model, images(settings), options(larger));
  }

  private RoomOptions room(BenchSettings settings) throws Exception {
    return new RoomOptions(settings.settings(), preprocessing);
  }

  @Override
  public void close() {
    model.close();
  }
}
