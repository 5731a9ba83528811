package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.inference.RequestedPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints how often the demo model is right at each size: as it is and without interpolation, as the
 * table of its README, and in int8. It takes a while, so it runs only when it is named: {@code
 * -Dtest=AccuracyTable}.
 */
class AccuracyTable {

  private static final long SEED = 2_000;
  private static final int PICTURES = 2_000;

  /** What is asked at each size of the demo, by its name. */
  private static final Map<String, Double> ASKED =
      Map.of("own", 0.97, "0.75x", 0.93, "1.5x", 0.95, "2x", 0.92, "3:2", 0.93);

  /** What interpolated positions are at least worth at 1.5x. */
  private static final double WORTH = 0.05;

  /** What int8 may cost on all sizes together. */
  private static final double INT8_MAY_COST = 0.005;

  /** Accuracies, 0 to 1. */
  private record Row(PictureSize size, double interpolated, double uninterpolated) {

    double asked() {
      return ASKED.get(size.name());
    }

    @Override
    public String toString() {
      return "| %s | %s | %.2f | %.2f %% | %.2f %% |"
          .formatted(size.name(), size.pixels(), asked(), 100 * interpolated, 100 * uninterpolated);
    }
  }

  @Test
  void oneModelServesManyResolutions(@TempDir Path folder) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (PictureSize size : PictureSize.around(DemoModel.SIDE)) {
      rows.add(measure(size, folder.resolve(size.pixels())));
    }
    System.out.println("| size | pixels | asked | interpolated | cut or padded |");
    System.out.println("|---|---|---|---|---|");
    rows.forEach(System.out::println);
    for (Row row : rows) {
      assertThat(row.interpolated()).as(row.toString()).isGreaterThanOrEqualTo(row.asked());
      if (row.size().name().equals("1.5x")) {
        assertThat(row.interpolated() - row.uninterpolated())
            .as(row.toString())
            .isGreaterThanOrEqualTo(WORTH);
      }
    }
  }

  @Test
  void int8IsAsRight() throws Exception {
    System.out.println("| size | pixels | fp32 | int8 |");
    System.out.println("|---|---|---|---|");
    double difference = 0;
    for (PictureSize size : PictureSize.around(DemoModel.SIDE)) {
      double fp32 = accuracy(size, RequestedPrecision.FP32);
      double int8 = accuracy(size, RequestedPrecision.INT8);
      System.out.printf(
          "| %s | %s | %.2f %% | %.2f %% |%n", size.name(), size.pixels(), 100 * fp32, 100 * int8);
      difference += (int8 - fp32) / PictureSize.around(DemoModel.SIDE).size();
    }
    assertThat(difference).isGreaterThanOrEqualTo(-INT8_MAY_COST);
  }

  private static double accuracy(PictureSize size, RequestedPrecision precision) throws Exception {
    return Accuracy.of(DemoModel.FOLDER, SEED + 1, PICTURES, size, precision);
  }

  private static Row measure(PictureSize size, Path folder) throws Exception {
    UninterpolatedPositions.write(folder, size);
    return new Row(
        size,
        Accuracy.of(DemoModel.FOLDER, SEED, PICTURES, size),
        Accuracy.of(folder, SEED, PICTURES, size));
  }
}
