package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AllowanceTest {

  @Test
  void theCoresAreSharedByBothParts() {
    // On two cores an image takes 20 ms of a core in the session and 5 ms before.
    Allowance allowance = new Allowance(2, 100, 400, true);

    assertThat(allowance.sessionCoreSeconds()).isCloseTo(0.020, within(1e-12));
    assertThat(allowance.decodingCoreSeconds()).isCloseTo(0.005, within(1e-12));
    assertThat(allowance.rate()).isCloseTo(80, within(1e-9));
    assertThat(allowance.efficiency(72)).isCloseTo(0.9, within(1e-12));
  }

  @Test
  void aGpuLeavesTheCoresToDecoding() {
    assertThat(new Allowance(2, 100, 400, false).rate()).isEqualTo(100);
    assertThat(new Allowance(2, 900, 400, false).efficiency(300)).isEqualTo(0.75);
  }

  @Test
  void mediansAreTakenRoundByRound() {
    WholeSpeed speed =
        WholeSpeed.of("fp32", "uniform", 10, 4, List.of(round(1, 0.9), round(2, 0.8), round(4, 1)));

    assertThat(speed.efficiency()).isCloseTo(0.9, within(1e-12));
    assertThat(speed.sessionRate()).isEqualTo(200);
    assertThat(speed.allowedRate()).isCloseTo(160, within(1e-9));
  }

  @Test
  void tokensASecondAreComparedWithinARound() {
    WholeSpeed uniform =
        WholeSpeed.of("fp32", "uniform", 10, 4, List.of(round(1, 1), round(2, 1), round(4, 1)));
    WholeSpeed mixed =
        WholeSpeed.of("fp32", "mixed", 11, 4, List.of(round(1, 0.9), round(2, 0.9), round(4, 0.9)));

    assertThat(mixed.tokensOver(uniform)).isCloseTo(0.99, within(1e-12));
  }

  /** The machine of the other test, so much faster. */
  private static WholeSpeed.Round round(double speed, double efficiency) {
    return WholeSpeed.Round.of(
        new Allowance(2, 100 * speed, 400 * speed, true),
        new TopicToTopic.Timing(80 * speed * efficiency, 8, 0.9, 0.05, 0.02));
  }
}
