package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.Positions;
import java.io.IOException;
import java.util.Locale;

/** How alike a model's position embeddings are, as trained and interpolated. */
final class PositionSection {

  private final Model model;

  PositionSection(Model model) {
    this.model = model;
  }

  void addTo(Page page) throws IOException {
    page.section(
        "Position embeddings",
        "A small map belongs to the patch at its place in the image. It shows how similar (cosine)"
            + " the position embedding of that patch is to those of all patches: red is alike,"
            + " white unrelated, blue opposite. Where training has taught a model what is next to"
            + " what, each map is red around its own place. Far apart is more than half of the"
            + " longer side.");
    Positions trained = model.positions();
    if (trained.length() == 0) {
      page.missing(
          "Not drawn: the model has no table of positions that could be told apart from the rest"
              + " of its ONNX file.");
      return;
    }
    Grid own = new Grid(trained.rows(), trained.columns());
    Grid larger = new Grid(enlarged(own.rows()), enlarged(own.columns()));
    PositionSimilarity similarity = similarity(own);
    draw(page, similarity, "positions.png", "as trained" + measured(similarity));
    String how = trained.interpolation().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    draw(
        page, similarity(larger), "positions-interpolated.png", "interpolated (%s)".formatted(how));
  }

  private static int enlarged(int side) {
    return Math.max(side + 1, side * 3 / 2);
  }

  private PositionSimilarity similarity(Grid grid) {
    int length = model.positions().length();
    return new PositionSimilarity(
        model.positionTables(0).at(grid.rows(), grid.columns()), grid, length);
  }

  private static String measured(PositionSimilarity similarity) {
    double farApart = similarity.ofFarApart();
    return Double.isNaN(farApart)
        ? ""
        : "; mean of neighbours %s, of places far apart %s"
            .formatted(rounded(similarity.ofNeighbours()), rounded(farApart));
  }

  private static String rounded(double cosine) {
    double hundredths = Math.rint(100 * cosine) / 100 + 0.0; // no negative zero
    return String.format(Locale.ROOT, "%.2f", hundredths).replace('-', '−');
  }

  private static void draw(Page page, PositionSimilarity similarity, String file, String what)
      throws IOException {
    SimilarityPlot plot = new SimilarityPlot(similarity);
    Grid grid = similarity.grid();
    String title =
        "Similarity of position embeddings, %d×%d patches".formatted(grid.rows(), grid.columns());
    String some = plot.step() == 1 ? "" : "; maps of one patch in " + plot.step() + " each way";
    page.picture(file, plot.draw(title, what + some), title + ", " + what);
  }
}
