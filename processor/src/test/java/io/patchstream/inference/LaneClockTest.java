package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaneClockTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** {@link System#nanoTime} may begin anywhere. */
  private static final long START = -7 * SECOND;

  private final LaneClock clock = new LaneClock();

  @Test
  void aRunIsOverdueAfterAMinute() {
    assertThat(clock.overdue(START + 1_000 * SECOND)).isEmpty();
    clock.begin(START);
    assertThat(clock.overdue(START + 60 * SECOND)).isEmpty();
    assertThat(clock.overdue(START + 61 * SECOND)).hasValue(Duration.ofSeconds(61));
    clock.end(START + 62 * SECOND);
    assertThat(clock.overdue(START + 1_000 * SECOND)).isEmpty();
  }

  @Test
  void aSlowModelIsGivenTenTimesItsLongestRun() {
    run(0, 12);
    run(12, 3);
    clock.begin(START);
    assertThat(clock.overdue(START + 120 * SECOND)).isEmpty();
    assertThat(clock.overdue(START + 121 * SECOND)).hasValue(Duration.ofSeconds(121));
  }

  @Test
  void runsAreAddedUp() {
    run(0, 12);
    run(20, 3);
    clock.starved(4 * SECOND);
    clock.starved(SECOND);
    assertThat(clock.lastNanos()).isEqualTo(3 * SECOND);
    assertThat(clock.time())
        .isEqualTo(new DeviceTime(1, Duration.ofSeconds(15), Duration.ofSeconds(5)));
  }

  private void run(int fromSecond, int seconds) {
    clock.begin(START + fromSecond * SECOND);
    clock.end(START + (fromSecond + seconds) * SECOND);
  }
}
