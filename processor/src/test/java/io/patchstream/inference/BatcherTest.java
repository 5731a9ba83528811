package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherTest {

  private static final Grid SQUARE = new Grid(2, 2);
  private static final Grid WIDE = new Grid(1, 3);
  private static final int PATCH_FLOATS = 12;

  private final InFlight inFlight = new InFlight(1000);
  private long nanos;
  private final Batcher batcher = batcher(3, 100, Duration.ofMillis(10));

  private Batcher batcher(int maxSize, int maxTokens, Duration delay) {
    return new Batcher(
        new BatchOptions(maxSize, maxTokens, delay, false), 1, PATCH_FLOATS, () -> nanos);
  }

  private void advance(Duration time) {
    nanos += time.toNanos();
  }

  private ImageInFlight image() {
    return new ImageInFlight(() -> null, inFlight);
  }

  private MicroBatch.Slot reserve(Batcher from, Grid grid) {
    try {
      return from.reserve(image(), grid);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private MicroBatch.Slot add(Grid grid) {
    MicroBatch.Slot slot = reserve(batcher, grid);
    batcher.filled(slot);
    return slot;
  }

  @Test
  void aFullBatchLeavesAtOnce() {
    add(SQUARE);
    add(SQUARE);
    assertThat(batcher.poll()).isNull();
    add(SQUARE);

    MicroBatch batch = batcher.poll();

    assertThat(batch.images()).hasSize(3);
    assertThat(batch.grid()).isEqualTo(SQUARE);
    assertThat(batcher.poll()).isNull();
  }

  @Test
  void aPartBatchLeavesWhenItsFirstImageHasWaitedForTheDelay() {
    add(SQUARE);
    advance(Duration.ofMillis(6));
    add(SQUARE);
    advance(Duration.ofMillis(4).minusNanos(1));
    assertThat(batcher.poll()).isNull();
    advance(Duration.ofNanos(1));

    assertThat(batcher.poll().images()).hasSize(2);
  }

  @Test
  void anOldBatchGoesOnTakingImagesUntilItIsTaken() {
    add(SQUARE);
    advance(Duration.ofSeconds(1)); // the session is busy
    add(SQUARE);

    assertThat(batcher.poll().images()).hasSize(2);
  }

  @Test
  void gridsAreNeverMixed() {
    add(SQUARE);
    add(WIDE);
    add(SQUARE);
    advance(Duration.ofMillis(10));

    MicroBatch first = batcher.poll();
    MicroBatch second = batcher.poll();

    assertThat(first.grid()).isEqualTo(SQUARE);
    assertThat(first.images()).hasSize(2);
    assertThat(second.grid()).isEqualTo(WIDE);
    assertThat(second.images()).hasSize(1);
  }

  @Test
  void anOldBatchOfARareGridGoesBeforeFullOnesOfABusyGrid() {
    add(WIDE);
    for (int i = 0; i < 9; i++) {
      add(SQUARE);
    }
    assertThat(batcher.poll().grid()).isEqualTo(SQUARE);
    advance(Duration.ofMillis(10));

    assertThat(batcher.poll().grid()).isEqualTo(WIDE);
  }

  @Test
  void tokensBoundABatchAndALargerImageRunsAlone() {
    Batcher tight = batcher(8, 10, Duration.ofMillis(10));
    for (Grid grid : List.of(SQUARE, SQUARE, new Grid(10, 10))) { // 5, 5 and 101 tokens
      tight.filled(reserve(tight, grid));
    }

    assertThat(tight.poll().images()).hasSize(2);
    assertThat(tight.poll().images()).hasSize(1);
  }

  @Test
  void aBatchWaitsForEveryPlaceToBeFilled() {
    add(SQUARE);
    add(SQUARE);
    MicroBatch.Slot unfilled = reserve(batcher, SQUARE);
    advance(Duration.ofSeconds(1));
    assertThat(batcher.poll()).isNull();

    batcher.filled(unfilled);

    assertThat(batcher.poll().images()).hasSize(3);
  }

  @Test
  void placesOfABatchLieOneAfterTheOther() {
    int imageFloats = SQUARE.patches() * PATCH_FLOATS;
    for (int i = 0; i < 3; i++) {
      MicroBatch.Slot slot = reserve(batcher, SQUARE);
      assertThat(slot.patches().remaining()).isEqualTo(imageFloats);
      assertThat(slot.patches().isDirect()).isTrue();
      for (FloatBuffer target = slot.patches(); target.hasRemaining(); ) {
        target.put(i);
      }
      batcher.filled(slot);
    }

    MicroBatch batch = batcher.poll();
    float[] all = new float[3 * imageFloats];
    batch.patches(0, 3).get(all);

    assertThat(all[imageFloats - 1]).isZero();
    assertThat(all[imageFloats]).isEqualTo(1);
    assertThat(all[3 * imageFloats - 1]).isEqualTo(2);
    assertThat(batch.patches(2, 1).get(0)).isEqualTo(2);
  }

  @Test
  void buffersAreUsedAgain() {
    MicroBatch.Slot first = add(SQUARE);
    advance(Duration.ofMillis(10));
    batcher.release(batcher.poll());

    assertThat(add(WIDE).batch().buffer()).isSameAs(first.batch().buffer());
  }

  @Test
  void atMostEightBatchesHoldABufferAndTheNextGridWaitsForOne() throws Exception {
    List<FloatBuffer> buffers = new ArrayList<>();
    for (int columns = 1; columns <= Batcher.MAX_BATCHES; columns++) {
      buffers.add(add(new Grid(1, columns)).batch().buffer());
    }
    CompletableFuture<MicroBatch.Slot> ninth =
        CompletableFuture.supplyAsync(() -> reserve(batcher, new Grid(5, 5)));
    advance(Duration.ofMillis(10));
    MicroBatch oldest = batcher.poll();
    assertThat(oldest.grid()).isEqualTo(new Grid(1, 1));
    assertThat(ninth).isNotDone();

    batcher.release(oldest);

    assertThat(ninth.get(10, TimeUnit.SECONDS).batch().grid()).isEqualTo(new Grid(5, 5));
    assertThat(IntStream.range(1, 8).mapToObj(i -> batcher.poll().buffer()))
        .usingElementComparator((a, b) -> a == b ? 0 : 1)
        .containsExactlyElementsOf(buffers.subList(1, 8));
  }

  @Test
  void closeWakesWhoeverWaits() throws Exception {
    CompletableFuture<MicroBatch> lane =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return batcher.take();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    for (int columns = 1; columns <= Batcher.MAX_BATCHES; columns++) {
      reserve(batcher, new Grid(1, columns)); // never filled, so the lane gets none
    }
    CompletableFuture<MicroBatch.Slot> decoder =
        CompletableFuture.supplyAsync(() -> reserve(batcher, new Grid(5, 5)));

    batcher.close();

    assertThat(lane.get(10, TimeUnit.SECONDS)).isNull();
    assertThatThrownBy(decoder::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CancellationException.class);
  }
}
