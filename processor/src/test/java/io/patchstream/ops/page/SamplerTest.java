package io.patchstream.ops.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Sampler sampler = new Sampler(0);

  @Test
  void ofManyItTakesSoManyASecond() {
    long taken =
        LongStream.range(0, 100_000)
            .filter(i -> sampler.takes(i * SECOND / 10_000, SECOND / 5))
            .count();
    assertThat(taken).isEqualTo(50);
  }

  @Test
  void afterASilenceItTakesOneAndNoBurst() {
    assertThat(sampler.takes(0, SECOND)).isTrue();
    assertThat(sampler.takes(60 * SECOND, SECOND)).isTrue();
    assertThat(sampler.takes(60 * SECOND + 1, SECOND)).isFalse();
  }
}
