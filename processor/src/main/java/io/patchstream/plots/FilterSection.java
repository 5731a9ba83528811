package io.patchstream.plots;

import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.tensors.HalfPrecision;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** What a model's linear projection of patches looks for. */
final class FilterSection {

  private static final String WEIGHT = "patch_embedding.weight"; // [D, 3*P*P]
  private static final String KERNEL = "patch_embedding.kernel"; // [3*P*P, D]

  private final Model model;

  FilterSection(Model model) {
    this.model = model;
  }

  void addTo(Page page) throws IOException {
    page.section(
        "Patch projection",
        "The principal components of the filters by which patches become tokens, the strongest"
            + " first, each with its part of all variance. Those of a trained model are smooth and"
            + " look like a basis of plain patches: brightness, edges, gratings, colours.");
    if (!(model.description() instanceof VisionTransformer vit)) {
      page.missing("Not drawn: an ONNX file does not tell which of its weights project patches.");
      return;
    }
    FilterPlot plot = new FilterPlot(new PrincipalFilters(filters()), vit.patchSize());
    String title = "Principal components of the patch projection";
    String what =
        String.format(
            Locale.ROOT,
            "the first %d of %d filters of %d×%d pixels, %.1f %% of their variance",
            plot.count(),
            vit.hiddenSize(),
            vit.patchSize(),
            vit.patchSize(),
            100 * plot.share());
    page.picture("filters.png", plot.draw(title, what), title + ": " + what);
  }

  /** [D, 3*P*P]. */
  private float[][] filters() {
    Optional<Weight> weight = weight(WEIGHT);
    return weight.isPresent() ? rows(weight.get()) : transposed(rows(weight(KERNEL).orElseThrow()));
  }

  private Optional<Weight> weight(String name) {
    return model.graph().weights().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static float[][] rows(Weight weight) {
    float[] values = values(weight);
    int length = (int) weight.shape()[1];
    float[][] rows = new float[values.length / length][length];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(values, row * length, rows[row], 0, length);
    }
    return rows;
  }

  private static float[][] transposed(float[][] rows) {
    float[][] columns = new float[rows[0].length][rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        columns[column][row] = rows[row][column];
      }
    }
    return columns;
  }

  private static float[] values(Weight weight) {
    return switch (weight.type()) {
      case FLOAT16 -> HalfPrecision.widenFloat16(weight.data().asShortBuffer());
      case BFLOAT16 -> HalfPrecision.widenBfloat16(weight.data().asShortBuffer());
      case FLOAT32 -> {
        float[] values = new float[weight.data().remaining() / Float.BYTES];
        weight.data().asFloatBuffer().get(values);
        yield values;
      }
    };
  }
}
