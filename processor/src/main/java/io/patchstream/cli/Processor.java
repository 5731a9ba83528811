package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.image.Preprocessing;
import io.patchstream.inference.Devices;
import io.patchstream.inference.Engine;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.ops.page.ModelCard;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.Cluster;
import io.patchstream.topology.ResultTap;
import io.patchstream.topology.StreamOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code run} runs: an engine and the stream that uses it, as the settings say.
 *
 * @param engine closed with the processor, after the stream
 * @param stream not started yet
 * @param card what there is to know of the model
 */
public record Processor(Engine engine, ClassificationStream stream, ModelCard card)
    implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Processor.class);

  /**
   * Opens the model, and looks at the cluster meanwhile. Nothing is read before the stream is
   * started.
   *
   * @throws Exception one of the rooms' own, whose message says what is wrong with model, brokers,
   *     topics or registry
   */
  public static Processor open(Settings settings) throws Exception {
    return open(settings, ResultTap.NONE);
  }

  /** As above, and lets the tap see what becomes of images. */
  public static Processor open(Settings settings, ResultTap tap) throws Exception {
    return open(settings, (cluster, engine) -> new ClassificationStream(cluster, engine, tap));
  }

  /** As above, with a stream that finishes what is in flight and takes nothing new. */
  static Processor openToFinish(Settings settings) throws Exception {
    return open(settings, ClassificationStream::finishing);
  }

  private static Processor open(
      Settings settings, BiFunction<Cluster, Engine, ClassificationStream> streams)
      throws Exception {
    RoomOptions options = new RoomOptions(settings, Preprocessing.read(settings.model()));
    FutureTask<Cluster> cluster;
    Engine engine;
    ModelSummary summary;
    try (Model model = Model.open(settings.model(), settings.modelLayout())) {
      cluster = check(options.stream(settings, model.description()));
      engine = open(model, options, settings.loadThreads());
      summary = ModelSummary.of(model, options.preprocessing());
    }
    try {
      ClassificationStream stream = streams.apply(result(cluster), engine);
      log.info("Model: {}", summary);
      return new Processor(engine, stream, summary.card(engine));
    } catch (Exception e) {
      engine.close();
      throw e;
    }
  }

  @Override
  public void close() {
    stream.close();
    engine.close();
  }

  private static FutureTask<Cluster> check(StreamOptions options) {
    FutureTask<Cluster> cluster = new FutureTask<>(() -> Cluster.check(options));
    Thread thread = new Thread(cluster, "patchstream-cluster");
    thread.setDaemon(true);
    thread.start();
    return cluster;
  }

  private static Engine open(Model model, RoomOptions options, int loadThreads)
      throws InferenceException {
    int cores = Runtime.getRuntime().availableProcessors();
    ModelDescription description = model.description();
    Devices devices = Devices.select(options.settings().devices());
    return Engine.open(
        model,
        options.images(description),
        options.engine(description, devices, cores).withLoadThreads(loadThreads));
  }

  private static Cluster result(FutureTask<Cluster> check) throws Exception {
    try {
      return check.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    }
  }
}
