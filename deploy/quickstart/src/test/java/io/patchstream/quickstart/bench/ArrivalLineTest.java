package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalLineTest {

  @Test
  void aSteadyStreamHasItsRate() {
    ArrivalLine line = new ArrivalLine();
    for (int i = 0; i < 10; i++) {
      line.add(1000 + i * 0.1, 5 + 20 * i);
    }

    assertThat(line.rate()).isCloseTo(200, within(1e-6));
  }

  /** Ten a tenth of a second, however many polls see a burst. */
  @Test
  void burstsHardlyMoveIt() {
    ArrivalLine line = new ArrivalLine();
    int count = 0;
    for (int burst = 0; burst < 40; burst++) {
      for (int poll = 0; poll < 1 + burst % 3; poll++) {
        line.add(burst * 0.1 + poll * 0.001, count + 10.0 * (poll + 1) / (1 + burst % 3));
      }
      count += 10;
    }

    assertThat(line.rate()).isCloseTo(100, within(1.0));
  }

  @Test
  void oneInstantHasNoRate() {
    ArrivalLine line = new ArrivalLine();
    line.add(1, 100);

    assertThatThrownBy(line::rate).hasMessageContaining("--seconds");
  }
}
