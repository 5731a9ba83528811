package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private long now;

  @Test
  void timesAreEven() {
    Pace pace = new Pace(4, () -> now);

    assertThat(pace.next()).isZero();
    assertThat(pace.next()).isEqualTo(Duration.ofMillis(250).toNanos());
    now += Duration.ofMillis(250).toNanos();
    assertThat(pace.next()).isEqualTo(Duration.ofMillis(250).toNanos());
  }

  @Test
  void aMomentLostIsMadeUpFor() {
    Pace pace = new Pace(10, () -> now);
    pace.next();
    now += Duration.ofMillis(350).toNanos();

    assertThat(pace.next()).isNegative();
    assertThat(pace.next()).isNegative();
    assertThat(pace.next()).isNegative();
    assertThat(pace.next()).isEqualTo(Duration.ofMillis(50).toNanos());
  }

  @Test
  void ofALongPauseOneSecondIs() {
    Pace pace = new Pace(10, () -> now);
    now += Duration.ofMinutes(1).toNanos();

    for (int i = 0; i < 10; i++) {
      assertThat(pace.next()).isNegative();
    }
    assertThat(pace.next()).isZero();
    assertThat(pace.next()).isEqualTo(Duration.ofMillis(100).toNanos());
  }

  @Test
  void withoutARateNobodyWaits() {
    Pace pace = new Pace(Double.POSITIVE_INFINITY, () -> now);

    for (int i = 0; i < 100; i++) {
      assertThat(pace.next()).isNotPositive();
    }
  }
}
