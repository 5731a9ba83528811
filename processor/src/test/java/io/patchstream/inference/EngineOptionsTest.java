package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineOptionsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void defaultsHoldTwoBatchesAndAnImageForEachDecodingThread() {
    EngineOptions options = EngineOptions.defaults(4);

    assertThat(options.decodeThreads()).isEqualTo(4);
    assertThat(options.intraOpThreads()).isEqualTo(4);
    assertThat(options.maxImagesInFlight()).isEqualTo(2 * options.maxBatchSize() + 4);
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    assertThatThrownBy(
            () ->
                new EngineOptions(
                    0, 1, Duration.ZERO, 1, 1, 0, SECOND, 1, 1, 0, RequestedPrecision.FP32))
        .hasMessage("maxBatchSize is at least 1, not 0");
    assertThatThrownBy(
            () ->
                new EngineOptions(
                    1, 1, Duration.ofMillis(-1), 1, 1, 0, SECOND, 1, 1, 0, RequestedPrecision.FP32))
        .hasMessage("maxBatchDelay is not negative, but was PT-0.001S");
    assertThatThrownBy(
            () ->
                new EngineOptions(
                    1, 1, Duration.ZERO, 1, 1, 0, SECOND, 1, 1, -1, RequestedPrecision.FP32))
        .hasMessage("positionTableBytes is at least 0, not -1");
    assertThatThrownBy(
            () ->
                new EngineOptions(
                    1, 1, SECOND, 1, 1, 0, Duration.ZERO, 1, 1, 0, RequestedPrecision.FP32))
        .hasMessage("imageTimeout in ms is at least 1, not 0");
    assertThatThrownBy(() -> EngineOptions.defaults(0)).hasMessage("cores is at least 1, not 0");
  }
}
