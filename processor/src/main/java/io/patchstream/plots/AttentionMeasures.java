package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import io.patchstream.inference.Attention;
import io.patchstream.inference.AttentionSession;
import io.patchstream.inference.GeneratedPicture;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.VisionTransformer.Encoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs images through a model, and measures what their tokens attend to. */
final class AttentionMeasures {

  private final AttentionSession session;
  private final ImageOptions options;
  private final ImageToPatches toPatches;
  private final Readout readout;
  private final AttentionDistance distance;
  private final int mostRollouts;
  private final List<Rollout> rollouts = new ArrayList<>();
  private final Map<String, Exception> failures = new LinkedHashMap<>();
  private int given;

  /**
   * Of no image yet.
   *
   * @param mostRollouts that are kept, those of the first images
   */
  AttentionMeasures(AttentionSession session, ImageOptions options, int mostRollouts) {
    this.session = session;
    this.options = options;
    this.toPatches = new ImageToPatches(options);
    this.readout = Readout.of(session.model().output().pooling());
    Encoder encoder = session.model().encoder();
    this.distance =
        new AttentionDistance(
            options.modelGrid(), options.patchSize(), encoder.layers(), encoder.heads());
    this.mostRollouts = mostRollouts;
  }

  /** Runs an image; one that cannot be read or decoded is among the failures. */
  void run(NamedImage image) throws InferenceException {
    Grid grid = options.modelGrid();
    SeenImage seen;
    try {
      seen = SeenImage.of(image.content().read(), toPatches, options.patchSize());
    } catch (IOException | ImageException e) {
      failures.put(image.name(), e);
      return;
    }
    Attention attention = session.run(seen.patches(), grid);
    double[] shares = measure(attention);
    given++;
    if (rollouts.size() < mostRollouts) {
      rollouts.add(
          new Rollout(
              image.name(),
              seen.picture(),
              grid,
              Rollout.relevance(shares, grid),
              attention.predictions()));
    }
  }

  /** Runs a made-up picture, which has no rollout. */
  void runGenerated(long seed) throws InferenceException {
    Grid grid = options.modelGrid();
    measure(session.run(new GeneratedPicture(seed).patches(grid, options.patchSize()), grid));
  }

  /** The last block first, as the rollout goes; returns where it ends. */
  private double[] measure(Attention attention) {
    AttentionRollout rollout = new AttentionRollout(readout.shares(attention));
    distance.nextImage();
    for (int block = attention.blocks() - 1; block >= 0; block--) {
      float[] mean = new float[attention.tokens() * attention.tokens()];
      for (int head = 0; head < attention.heads(); head++) {
        float[] probabilities = attention.probabilities(block, head);
        distance.add(block, head, probabilities);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += probabilities[i] / attention.heads();
        }
      }
      rollout.through(mean);
    }
    return rollout.shares();
  }

  /** Over all images that ran. */
  AttentionDistance distance() {
    return distance;
  }

  /** Where rollouts begin. */
  Readout readout() {
    return readout;
  }

  /** Of the first images that were given. */
  List<Rollout> rollouts() {
    return List.copyOf(rollouts);
  }

  /** How many images ran, without those that were made up. */
  int given() {
    return given;
  }

  /** What stood in the way of images, by their names. */
  Map<String, Exception> failures() {
    return Collections.unmodifiableMap(failures);
  }
}
