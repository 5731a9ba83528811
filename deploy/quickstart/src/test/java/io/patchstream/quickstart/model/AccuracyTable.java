package io.patchstream.quickstart.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** A size and what is asked of it. */
  private record Asked(String name, Size size, double accuracy) {}

  private static final List<Asked> ALL =
      List.of(
          new Asked("own", DemoModel.OWN, 0.97),
          new Asked("0.75×", DemoModel.THREE_QUARTERS, 0.93),
          new Asked("1.5×", DemoModel.ONE_AND_A_HALF, 0.95),
          new Asked("2×", DemoModel.TWICE, 0.92),
          new Asked("3:2", DemoModel.THREE_TO_TWO, 0.93));

  /** Accuracies, 0 to 1. */
  private record Row(Asked asked, double interpolated, double uninterpolated) {

    @Override
    public String toString() {
      return "| %s | %s | %.2f | %.2f %% | %.2f %% |"
          .formatted(
              asked.name(),
              asked.size(),
              asked.accuracy(),
              100 * interpolated,
              100 * uninterpolated);
    }
  }

  @Test
  void oneModelServesManyResolutions(@TempDir Path folder) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (Asked asked : ALL) {
      rows.add(measure(asked, folder.resolve(asked.size().toString())));
    }
    print(rows);
    for (Row row : rows) {
      assertThat(row.interpolated())
          .as(row.asked().name())
          .isGreaterThanOrEqualTo(row.asked().accuracy());
      if (row.asked().size().equals(DemoModel.ONE_AND_A_HALF)) {
        assertThat(row.interpolated() - row.uninterpolated()).isGreaterThanOrEqualTo(0.05);
      }
    }
  }

  private static Row measure(Asked asked, Path folder) throws Exception {
    UninterpolatedPositions.write(folder, asked.size());
    return new Row(
        asked,
        Accuracy.of(DemoModel.FOLDER, SEED, PICTURES, asked.size()),
        Accuracy.of(folder, SEED, PICTURES, asked.size()));
  }

  private static void print(List<Row> rows) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("| size | pixels | asked | interpolated | cut or padded |");
    out.println("|---|---|---|---|---|");
    rows.forEach(out::println);
  }
}
