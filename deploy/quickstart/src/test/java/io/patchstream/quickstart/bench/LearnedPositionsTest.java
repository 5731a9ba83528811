package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.Positions;
import io.patchstream.plots.PositionSimilarity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the plots of {@code inspect} show: training teaches positions what is next to what. */
class LearnedPositionsTest {

  @TempDir private Path folder;

  @Test
  void positionsOfTheDemoModelAreLikeTheirNeighbours() throws Exception {
    PositionSimilarity similarity = similarity(Path.of("model"));
    assertThat(similarity.ofNeighbours()).isGreaterThan(0.6);
    assertThat(similarity.ofFarApart()).isLessThan(0.2);
  }

  @Test
  void positionsOfARandomModelAreLikeNone() throws Exception {
    RandomModel.write(ModelShape.VIT_TI16, folder, 1);

    PositionSimilarity similarity = similarity(folder);
    assertThat(similarity.ofNeighbours()).isCloseTo(0, within(0.02));
    assertThat(similarity.ofFarApart()).isCloseTo(0, within(0.02));
  }

  private static PositionSimilarity similarity(Path model) throws Exception {
    try (Model opened = Model.open(model)) {
      Positions trained = opened.positions();
      return new PositionSimilarity(
          opened.positionTables(0).at(trained.rows(), trained.columns()),
          new Grid(trained.rows(), trained.columns()),
          trained.length());
    }
  }
}
