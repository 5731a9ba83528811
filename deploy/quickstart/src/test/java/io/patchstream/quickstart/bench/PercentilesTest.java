package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void aPercentileIsTheNearestRank() {
    Percentiles hundred = new Percentiles(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());

    assertThat(hundred.at(0.5)).isEqualTo(50);
    assertThat(hundred.at(0.99)).isEqualTo(99);
    assertThat(hundred.at(1)).isEqualTo(100);
    assertThat(hundred.at(1e-9)).isEqualTo(1);
  }

  @Test
  void theOrderOfTheValuesDoesNotMatter() {
    assertThat(new Percentiles(7, 1, 5).median()).isEqualTo(5);
    assertThat(new Percentiles(7, 1, 5).at(0.99)).isEqualTo(7);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(new Percentiles(8, 1, 2, 4).median()).isEqualTo(3);
  }

  @Test
  void ofNothingThereAreNone() {
    assertThatThrownBy(Percentiles::new).isInstanceOf(IllegalArgumentException.class);
  }
}
