package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class PositionSimilarityTest {

  /** A class token's position, and three of patches: along x, along x and y, against x. */
  private static final FloatBuffer TABLE = FloatBuffer.wrap(new float[] {9, 9, 2, 0, 3, 3, -1, 0});

  private final PositionSimilarity similarity = new PositionSimilarity(TABLE, new Grid(1, 3), 2);

  @Test
  void itIsTheCosine() {
    assertThat(similarity.of(0, 0)).isCloseTo(1, within(1e-6));
    assertThat(similarity.of(0, 1)).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(similarity.of(0, 2)).isCloseTo(-1, within(1e-6));
  }

  @Test
  void neighboursAndThoseFarApartAreCountedOnce() {
    assertThat(similarity.ofNeighbours()).isCloseTo(0, within(1e-6)); // 0.71 and -0.71
    assertThat(similarity.ofFarApart()).isCloseTo(-1, within(1e-6));
  }

  @Test
  void whatHasNoDirectionIsLikeNothing() {
    PositionSimilarity zeros =
        new PositionSimilarity(FloatBuffer.wrap(new float[4]), new Grid(1, 2), 2);
    assertThat(zeros.of(0, 1)).isZero();
    assertThat(zeros.of(0, 0)).isZero();
  }

  @Test
  void aSinglePatchHasNoNeighbour() {
    PositionSimilarity single =
        new PositionSimilarity(FloatBuffer.wrap(new float[] {1, 2}), new Grid(1, 1), 2);
    assertThat(single.ofNeighbours()).isNaN();
    assertThat(single.ofFarApart()).isNaN();
  }
}
