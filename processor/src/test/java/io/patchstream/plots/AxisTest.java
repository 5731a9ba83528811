package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void itHasRoundTicksUpToTheLargestValue() {
    assertThat(Axis.from0(1400)).isEqualTo(new Axis(200, 7));
    assertThat(Axis.from0(1401)).isEqualTo(new Axis(200, 8));
    assertThat(Axis.from0(8)).isEqualTo(new Axis(1, 8));
    assertThat(Axis.from0(0.09).ticks()).hasSize(6);
    assertThat(Axis.from0(200).share(150)).isEqualTo(0.75);
  }
}
