package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineOptionsTest {

  @Test
  void defaultsAreALaneACoreAndABatchMoreThanLanesAndAnImageADecodingThread() {
    EngineOptions options = EngineOptions.defaults(4);

    assertThat(options.decoding().threads()).isEqualTo(4);
    assertThat(options.compute().devices().lanes()).hasSize(4);
    assertThat(options.compute().intraOpThreads()).isEqualTo(1);
    assertThat(options.compute().sessionThreads()).isEqualTo(1);
    assertThat(options.maxImagesInFlight()).isEqualTo(5 * options.batches().maxSize() + 4);
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    assertThatThrownBy(() -> new BatchOptions(0, 1, Duration.ZERO, false))
        .hasMessage("maxSize is at least 1, not 0");
    assertThatThrownBy(() -> new BatchOptions(1, 1, Duration.ofMillis(-1), false))
        .hasMessage("maxDelay is not negative, but was PT-0.001S");
    assertThatThrownBy(() -> new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, 1, 0, -1))
        .hasMessage("positionTableBytes is at least 0, not -1");
    assertThatThrownBy(() -> new DecodingOptions(1, 0, Duration.ZERO))
        .hasMessage("imageTimeout in ms is at least 1, not 0");
    assertThatThrownBy(() -> EngineOptions.defaults(0)).hasMessage("cores is at least 1, not 0");
  }
}
