package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoissonArrivalsTest {

  private static final int COUNT = 100_000;
  private static final double RATE = 50;

  @Test
  void theGapsAreExponential() {
    long[] arrivals = arrivals(7);
    double[] gaps = new double[COUNT - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = (arrivals[i + 1] - arrivals[i]) / 1e9 * RATE;
    }
    Percentiles gap = new Percentiles(gaps);

    assertThat(LongStream.of(arrivals)).isSorted();
    assertThat(arrivals[COUNT - 1] / 1e9).isCloseTo(COUNT / RATE, within(0.02 * COUNT / RATE));
    assertThat(gap.median()).isCloseTo(Math.log(2), within(0.02));
    assertThat(gap.at(0.99)).isCloseTo(Math.log(100), within(0.15));
  }

  @Test
  void aSeedGivesTheSame() {
    assertThat(arrivals(7)).isEqualTo(arrivals(7)).isNotEqualTo(arrivals(8));
  }

  private static long[] arrivals(long seed) {
    PoissonArrivals arrivals = new PoissonArrivals(RATE, seed);
    return LongStream.range(0, COUNT).map(i -> arrivals.nextNanos()).toArray();
  }
}
