package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.RandomVit;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.model.Model;
import io.patchstream.model.Precision;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Prints how fast int8 is beside fp32, image by image in turn, so that whatever else the machine
 * does slows both. It takes a while, so it runs only when it is named: {@code -Dtest=Int8Speed}.
 */
class Int8Speed {

  private static final int WARM_UP = 5;
  private static final int PATCH_SIZE = 16;

  @TempDir Path folder;

  /** At 224x224 with random weights, on all cores. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"ViT-B/16, 768, 12, 3072, 50", "ViT-Ti/16, 192, 3, 768, 300"})
  void besideFp32(String name, int hidden, int heads, int mlp, int rounds) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    new RandomVit(hidden, 12, heads, mlp).writeTo(folder, 1);
    try (Model model = Model.open(folder);
        ModelSession fp32 = open(model, Precision.FP32, cores);
        ModelSession int8 = open(model, Precision.INT8, cores)) {
      Grid grid = new Grid(14, 14);
      FloatBuffer picture = new GeneratedPicture(1).patches(grid, PATCH_SIZE);
      double[] fp32Times = new double[rounds];
      double[] int8Times = new double[rounds];
      for (int i = -WARM_UP; i < rounds; i++) {
        fp32Times[Math.max(0, i)] = millis(fp32, picture, grid);
        int8Times[Math.max(0, i)] = millis(int8, picture, grid);
      }
      double[] ratios = new double[rounds];
      Arrays.setAll(ratios, i -> fp32Times[i] / int8Times[i]);
      System.out.printf(
          "%s on %d cores: fp32 %.1f img/s, int8 %.1f img/s, median ratio %.2f%n",
          name, cores, 1000 / median(fp32Times), 1000 / median(int8Times), median(ratios));

      assertThat(new PrecisionProof(images(), fp32).difference(int8))
          .isLessThan(PrecisionProof.bound(Precision.INT8));
    }
  }

  private static ModelSession open(Model model, Precision precision, int threads)
      throws InferenceException {
    return new ModelSession(
        model.graph(precision).orElseThrow(),
        model.positionTables(1 << 20),
        1,
        Device.CPU,
        Golden.onCpu(threads));
  }

  private ImageOptions images() throws Exception {
    return new ImageOptions(
        Preprocessing.read(folder),
        PATCH_SIZE,
        new Resolution(Mode.FIXED, 1),
        new ImageLimits(1, 1),
        true);
  }

  private static double millis(ModelSession session, FloatBuffer picture, Grid grid)
      throws Exception {
    long begin = System.nanoTime();
    session.run(picture.duplicate(), List.of(grid));
    return (System.nanoTime() - begin) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
