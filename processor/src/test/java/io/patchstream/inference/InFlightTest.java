package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private final InFlight inFlight = new InFlight(2);

  private ImageInFlight submitted() {
    ImageInFlight image = new ImageInFlight(() -> null, inFlight);
    assertThat(inFlight.add(image)).isTrue();
    return image;
  }

  @Test
  void hasRoomBelowTheBudgetOnly() throws Exception {
    ImageInFlight first = submitted();
    assertThat(inFlight.awaitRoom(Duration.ZERO)).isTrue();
    submitted();
    assertThat(inFlight.awaitRoom(Duration.ofMillis(1))).isFalse();
    submitted(); // beyond the budget is the caller's choice
    assertThat(inFlight.count()).isEqualTo(3);

    first.cancel(false);
    assertThat(inFlight.awaitRoom(Duration.ZERO)).isFalse();
    assertThat(inFlight.count()).isEqualTo(2);
  }

  @Test
  void anImageLeavesOnceHoweverItEnds() throws Exception {
    ImageInFlight completed = submitted();
    ImageInFlight failed = submitted();
    ImageInFlight cancelled = submitted();

    completed.complete(null);
    completed.cancel(false);
    failed.completeExceptionally(new Exception("no picture"));
    failed.completeExceptionally(new Exception("again"));
    cancelled.cancel(false);

    assertThat(inFlight.count()).isZero();
    assertThat(inFlight.awaitRoom(Duration.ZERO)).isTrue();
  }

  @Test
  void whoeverIsToldFindsTheRoom() {
    ImageInFlight image = submitted();
    int[] seen = {-1};
    image.whenComplete((result, failure) -> seen[0] = inFlight.count());

    image.complete(null);

    assertThat(seen[0]).isZero();
  }

  @Test
  void closedTakesNoMoreAndGivesWhatHasNotEnded() {
    ImageInFlight image = submitted();
    submitted().complete(null);

    assertThat(inFlight.close()).containsExactly(image);
    assertThat(inFlight.add(new ImageInFlight(() -> null, inFlight))).isFalse();
  }
}
