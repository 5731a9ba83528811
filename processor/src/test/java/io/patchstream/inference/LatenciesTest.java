package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void aPercentileIsTooLongByFourPercentAtMost() {
    Latencies.Counter counter = new Latencies.Counter();
    for (int millis = 1; millis <= 1000; millis++) {
      counter.add(Duration.ofMillis(millis).toNanos());
    }

    assertThat(millis(counter.counted(), 0.5)).isBetween(500.0, 523.0);
    assertThat(millis(counter.counted(), 0.99)).isBetween(990.0, 1035.0);
    assertThat(millis(counter.counted(), 1)).isBetween(1000.0, 1045.0);
  }

  @Test
  void whatWasCountedBeforeCanBeLeftOut() {
    Latencies.Counter counter = new Latencies.Counter();
    counter.add(Duration.ofSeconds(5).toNanos());
    Latencies before = counter.counted();
    counter.add(Duration.ofMillis(2).toNanos());

    assertThat(millis(counter.counted().since(before), 1)).isBetween(2.0, 2.1);
  }

  @Test
  void nothingAndTheExtremesHaveTheirPlaces() {
    Latencies.Counter counter = new Latencies.Counter();
    assertThat(counter.counted().percentile(0.99)).isZero();
    counter.add(0);
    assertThat(counter.counted().percentile(1).toNanos()).isEqualTo(1024);
    counter.add(Long.MAX_VALUE);
    assertThat(counter.counted().percentile(1)).isGreaterThan(Duration.ofMinutes(60));
  }

  private static double millis(Latencies latencies, double share) {
    return latencies.percentile(share).toNanos() / 1e6;
  }
}
