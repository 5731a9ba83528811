package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void aValueFallsIntoTheClassWhoseBoundItDoesNotExceed() {
    Histogram.Counter counter = new Histogram.Counter(10, 20);
    for (long value : new long[] {-3, 0, 10, 11, 20, 21, 1_000_000}) {
      counter.add(value);
    }

    Histogram counted = counter.counted();
    assertThat(counted.counts()).containsExactly(3, 2, 2);
    assertThat(counted.count()).isEqualTo(7);
    assertThat(counted.sum()).isEqualTo(1_000_059);
    assertThat(counted.percentile(0.5)).isEqualTo(20);
    assertThat(counted.percentile(0.9)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void boundsInSecondsClassNanoseconds() {
    Histogram.Counter counter = Histogram.Counter.ofSeconds(0.0005, 2.5);
    counter.add(Duration.ofNanos(500_000).toNanos());
    counter.add(Duration.ofNanos(500_001).toNanos());

    assertThat(counter.counted().bounds()).containsExactly(500_000L, 2_500_000_000L);
    assertThat(counter.counted().counts()).containsExactly(1, 1, 0);
  }

  @Test
  void aFinePercentileIsTooLongByFourPercentAtMost() {
    Histogram.Counter counter = Histogram.Counter.ofFineNanos();
    for (int millis = 1; millis <= 1000; millis++) {
      counter.add(Duration.ofMillis(millis).toNanos());
    }

    assertThat(millis(counter.counted(), 0.5)).isBetween(500.0, 523.0);
    assertThat(millis(counter.counted(), 0.99)).isBetween(990.0, 1035.0);
    assertThat(millis(counter.counted(), 1)).isBetween(1000.0, 1045.0);
  }

  @Test
  void whatWasCountedBeforeCanBeLeftOut() {
    Histogram.Counter counter = Histogram.Counter.ofFineNanos();
    counter.add(Duration.ofSeconds(5).toNanos());
    Histogram before = counter.counted();
    counter.add(Duration.ofMillis(2).toNanos());

    Histogram since = counter.counted().since(before);
    assertThat(millis(since, 1)).isBetween(2.0, 2.1);
    assertThat(since.sum()).isEqualTo(2_000_000);
    assertThat(since.count()).isEqualTo(1);
  }

  @Test
  void nothingAndTheExtremesHaveTheirPlaces() {
    Histogram.Counter counter = Histogram.Counter.ofFineNanos();
    assertThat(counter.counted().percentile(0.99)).isZero();
    counter.add(0);
    assertThat(counter.counted().percentile(1)).isEqualTo(1024);
    counter.add(Long.MAX_VALUE);
    assertThat(counter.counted().percentile(1)).isGreaterThan(Duration.ofMinutes(60).toNanos());
  }

  private static double millis(Histogram latencies, double share) {
    return latencies.percentile(share) / 1e6;
  }
}
