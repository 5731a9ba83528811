package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints how often the demo model is right at each size, as it is and without interpolation, as the
 * table of its README. It takes a while, so it runs only when it is named: {@code
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

  private static Row measure(PictureSize size, Path folder) throws Exception {
    UninterpolatedPositions.write(folder, size);
    return new Row(
        size,
        Accuracy.of(DemoModel.FOLDER, SEED, PICTURES, size),
        Accuracy.of(folder, SEED, PICTURES, size));
  }
}
