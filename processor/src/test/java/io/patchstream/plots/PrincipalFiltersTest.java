package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PrincipalFiltersTest {

  private static final double ROOT = Math.sqrt(0.5);

  /** Deviations of 4 along (1, 1, 0)/√2, of 2 along (0, 0, 1), of 1 along (1, -1, 0)/√2. */
  private static final float[][] FILTERS = filters(new float[] {7, -3, 5}, 4, 2, 1);

  @Test
  void sharesAreThoseOfTheSpectrum() {
    PrincipalFilters filters = new PrincipalFilters(FILTERS);

    assertThat(filters.count()).isEqualTo(3);
    assertThat(filters.share(0)).isCloseTo(16 / 21.0, within(1e-6));
    assertThat(filters.share(1)).isCloseTo(4 / 21.0, within(1e-6));
    assertThat(filters.share(2)).isCloseTo(1 / 21.0, within(1e-6));
  }

  @Test
  void componentsAreTheDirectionsOfLengthOne() {
    PrincipalFilters filters = new PrincipalFilters(FILTERS);

    assertThat(filters.component(0)).containsExactly(new double[] {ROOT, ROOT, 0}, within(1e-6));
    assertThat(filters.component(1)).containsExactly(new double[] {0, 0, 1}, within(1e-6));
    double[] last = filters.component(2);
    assertThat(last[0]).isCloseTo(-last[1], within(1e-6));
    assertThat(Math.abs(last[0])).isCloseTo(ROOT, within(1e-6));
  }

  /** Patches of 16 have 768 values, and the tower of a small model 192 filters. */
  @Test
  void thereAreNoMoreThanFilters() {
    float[][] few = {{1, 0, 0, 0, 0}, {0, 0, 0, 2, 0}};
    PrincipalFilters filters = new PrincipalFilters(few);

    assertThat(filters.count()).isEqualTo(2);
    assertThat(filters.share(0)).isCloseTo(1, within(1e-9));
    assertThat(filters.share(1)).isCloseTo(0, within(1e-9));
  }

  @Test
  void filtersThatAreAllTheSameHaveNoVariance() {
    PrincipalFilters filters = new PrincipalFilters(new float[][] {{1, 2}, {1, 2}, {1, 2}});

    assertThat(filters.share(0)).isZero();
  }

  /** Two filters for each direction, on both sides of a mean. */
  private static float[][] filters(float[] mean, double first, double second, double third) {
    double[][] directions = {
      {first * ROOT, first * ROOT, 0}, {0, 0, second}, {third * ROOT, -third * ROOT, 0}
    };
    float[][] filters = new float[6][3];
    for (int i = 0; i < filters.length; i++) {
      for (int axis = 0; axis < 3; axis++) {
        double along = directions[i / 2][axis];
        filters[i][axis] = mean[axis] + (float) (i % 2 == 0 ? along : -along);
      }
    }
    return filters;
  }
}
