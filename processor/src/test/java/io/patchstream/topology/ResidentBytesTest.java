package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResidentBytesTest {

  @Test
  void holdsUntilTheLimitIsReached() {
    ResidentBytes bytes = new ResidentBytes(100);

    assertThat(bytes.tryHold(60)).isTrue();
    assertThat(bytes.tryHold(60)).as("the record that reaches the limit may go beyond").isTrue();
    assertThat(bytes.tryHold(1)).isFalse();
    assertThat(bytes.held()).isEqualTo(120);
  }

  @Test
  void takesAgainWhatWasReleased() {
    ResidentBytes bytes = new ResidentBytes(100);
    bytes.tryHold(100);
    bytes.release(1);

    assertThat(bytes.tryHold(1)).isTrue();
  }
}
