package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.image.Preprocessing;
import io.patchstream.inference.Engine;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.ModelException;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.Cluster;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What {@code run} runs: an engine and the stream that uses it, as the settings say.
 *
 * @param engine closed with the processor, after the stream
 * @param stream not started yet
 */
public record Processor(Engine engine, ClassificationStream stream) implements AutoCloseable {

  /**
   * Opens the model, and looks at the cluster meanwhile. Nothing is read before the stream is
   * started.
   *
   * @throws Exception one of the rooms' own, whose message says what is wrong with model, brokers,
   *     topics or registry
   */
  public static Processor open(Settings settings) throws Exception {
    RoomOptions options = new RoomOptions(settings, Preprocessing.read(settings.model()));
    FutureTask<Cluster> cluster = new FutureTask<>(() -> Cluster.check(options.stream(settings)));
    Thread check = new Thread(cluster, "patchstream-cluster");
    check.setDaemon(true);
    check.start();
    Engine engine = open(settings, options);
    try {
      return new Processor(engine, new ClassificationStream(result(cluster), engine));
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

  private static Engine open(Settings settings, RoomOptions options)
      throws ModelException, InferenceException {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Model model = Model.open(settings.model())) {
      ModelDescription description = model.description();
      return Engine.open(
          model,
          options.images(description),
          options.engine(description, cores).withLoadThreads(settings.loadThreads()));
    }
  }

  private static Cluster result(FutureTask<Cluster> check) throws Exception {
    try {
      return check.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    }
  }
}
