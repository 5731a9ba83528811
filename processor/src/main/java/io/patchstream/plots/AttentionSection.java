package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageOptions;
import io.patchstream.inference.AttentionSession;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a model looks, and what of an image its answer comes from. */
final class AttentionSection {

  private static final int GENERATED = 4;
  private static final int MOST_ROLLOUTS = 48; // their pictures are held until all have one scale
  private static final int LABELS = 3;

  private final Model model;
  private final ImageOptions images;
  private final int threads;

  AttentionSection(Model model, ImageOptions images, int threads) {
    this.model = model;
    this.images = images;
    this.threads = threads;
  }

  /**
   * Runs the images and draws what came of them.
   *
   * @return what stood in the way of those that could not be read, by their names
   */
  Map<String, Exception> addTo(Page page, List<NamedImage> given)
      throws IOException, InferenceException {
    Optional<AttentionSession> opened = AttentionSession.open(model, LABELS, threads);
    if (opened.isEmpty()) {
      addDistanceHeading(page);
      page.missing("Not drawn: an ONNX file does not give out what its tokens attend to.");
      addRolloutHeading(page, "");
      page.missing("Not drawn, for the same reason.");
      return Map.of();
    }
    try (AttentionSession session = opened.get()) {
      AttentionMeasures measures = new AttentionMeasures(session, images, MOST_ROLLOUTS);
      for (NamedImage image : given) {
        measures.run(image);
      }
      for (int seed = 0; seed < GENERATED && measures.given() == 0; seed++) {
        measures.runGenerated(seed);
      }
      addDistance(page, measures);
      addRollouts(page, measures, given.isEmpty());
      return measures.failures();
    }
  }

  private void addDistance(Page page, AttentionMeasures measures) throws IOException {
    addDistanceHeading(page);
    Grid grid = images.modelGrid();
    int side = images.patchSize();
    String what =
        "over %s, %d×%d pixels, %d×%d patches"
            .formatted(
                words(measures.given()),
                grid.rows() * side,
                grid.columns() * side,
                grid.rows(),
                grid.columns());
    String title = "Mean attention distance by head and depth";
    AttentionDistance distance = measures.distance();
    DistancePlot plot = new DistancePlot(distance.means(), distance.ofUniformAttention());
    page.picture("attention-distance.png", plot.draw(title, what), title + " " + what);
  }

  private static String words(int given) {
    if (given == 0) {
      return GENERATED + " generated pictures of waves, not photographs";
    }
    return given == 1 ? "the image given" : "the %d images given".formatted(given);
  }

  private static void addDistanceHeading(Page page) {
    page.section(
        "Attention distance",
        "How far from a patch each head looks, weighted by its attention: the size of a receptive"
            + " field. In a trained model some heads of the first blocks look near and others far;"
            + " those of the last blocks look far. Attention to other tokens than patches does not"
            + " count.");
  }

  private void addRollouts(Page page, AttentionMeasures measures, boolean noneGiven)
      throws IOException {
    addRolloutHeading(page, " Here that is " + measures.readout() + ".");
    if (noneGiven) {
      page.missing("Not drawn: no images were given. Name some behind the options of inspect.");
    }
    measures.failures().forEach((name, why) -> page.missing(name + ": not drawn: " + words(why)));
    List<Rollout> rollouts = measures.rollouts();
    if (measures.given() > rollouts.size()) {
      page.missing("Of the images, the first %d are drawn.".formatted(rollouts.size()));
    }
    if (!rollouts.isEmpty()) {
      RolloutPlot plot = new RolloutPlot(rollouts);
      for (int i = 0; i < rollouts.size(); i++) {
        Rollout rollout = rollouts.get(i);
        page.picture(
            "rollout-%02d.png".formatted(i + 1),
            plot.draw(rollout),
            "Attention rollout of " + rollout.name());
      }
    }
  }

  /** Those of Java say the path alone, but by their name. */
  private static String words(Exception failure) {
    return failure instanceof ImageException ? failure.getMessage() : failure.toString();
  }

  private static void addRolloutHeading(Page page, String readout) {
    page.section(
        "Attention rollout",
        "Which patches the model's answer comes from, when attention is followed back through all"
            + " blocks, half of each token by its residual connection (Abnar and Zuidema 2020),"
            + " from what the model reads in the end."
            + readout
            + " All images share one scale; 1 is the mean of an image's patches.");
  }
}
