package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final LaneClock clock = new LaneClock();
  private long nanos;
  private final Batcher batcher = batcher(3, 100, Duration.ofMillis(10));

  private Batcher batcher(int maxSize, int maxTokens, Duration delay) {
    return batcher(new BatchOptions(maxSize, maxTokens, delay, false), false, inFlight);
  }

  private Batcher batcher(BatchOptions options, boolean mixesGrids, InFlight inFlight) {
    return new Batcher(
        options, mixesGrids, 1, new Batcher.Shape(PATCH_FLOATS, 1), inFlight, () -> nanos);
  }

  private void advance(Duration time) {
    nanos += time.toNanos();
  }

  private ImageInFlight image() {
    return new ImageInFlight(() -> null, inFlight);
  }

  private static ImageInFlight submitted(InFlight inFlight) {
    ImageInFlight image = new ImageInFlight(() -> null, inFlight);
    inFlight.add(image);
    return image;
  }

  private MicroBatch.Slot reserve(Batcher from, Grid grid) {
    return reserve(from, image(), grid);
  }

  private static MicroBatch.Slot reserve(Batcher from, ImageInFlight image, Grid grid) {
    try {
      return from.reserve(image, grid);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private MicroBatch take() {
    try {
      return batcher.take(clock);
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
    assertThat(batch.lastGrid()).isEqualTo(SQUARE);
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

    assertThat(first.lastGrid()).isEqualTo(SQUARE);
    assertThat(first.images()).hasSize(2);
    assertThat(second.lastGrid()).isEqualTo(WIDE);
    assertThat(second.images()).hasSize(1);
  }

  @Test
  void anOldBatchOfARareGridGoesBeforeFullOnesOfABusyGrid() {
    add(WIDE);
    for (int i = 0; i < 9; i++) {
      add(SQUARE);
    }
    assertThat(batcher.poll().lastGrid()).isEqualTo(SQUARE);
    advance(Duration.ofMillis(10));

    assertThat(batcher.poll().lastGrid()).isEqualTo(WIDE);
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
    for (int columns = 1; columns <= Batcher.GATHERING + 1; columns++) {
      buffers.add(add(new Grid(1, columns)).batch().buffer());
    }
    CompletableFuture<MicroBatch.Slot> ninth =
        CompletableFuture.supplyAsync(() -> reserve(batcher, new Grid(5, 5)));
    advance(Duration.ofMillis(10));
    MicroBatch oldest = batcher.poll();
    assertThat(oldest.lastGrid()).isEqualTo(new Grid(1, 1));
    assertThat(ninth).isNotDone();

    batcher.release(oldest);

    assertThat(ninth.get(10, TimeUnit.SECONDS).batch().lastGrid()).isEqualTo(new Grid(5, 5));
    assertThat(IntStream.range(1, 8).mapToObj(i -> batcher.poll().buffer()))
        .usingElementComparator((a, b) -> a == b ? 0 : 1)
        .containsExactlyElementsOf(buffers.subList(1, 8));
  }

  @Test
  void closeWakesWhoeverWaits() throws Exception {
    CompletableFuture<MicroBatch> lane = CompletableFuture.supplyAsync(this::take);
    for (int columns = 1; columns <= Batcher.GATHERING + 1; columns++) {
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

  @Test
  void oneQueueTakesAllGridsWhereASessionMixesThem() throws Exception {
    Batcher mixing = batcher(new BatchOptions(8, 20, Duration.ofMillis(10), false), true, inFlight);
    for (Grid grid : List.of(SQUARE, WIDE, SQUARE, SQUARE)) { // 5, 4, 5 and 5 tokens
      mixing.filled(reserve(mixing, grid));
    }

    MicroBatch batch = mixing.poll(); // another square would be 24 tokens

    assertThat(batch.grids()).containsExactly(SQUARE, WIDE, SQUARE, SQUARE);
    assertThat(batch.tokens()).isEqualTo(19);
    assertThat(batch.patches(1, 2).remaining()).isEqualTo((3 + 4) * PATCH_FLOATS);
    assertThat(mixing.poll()).isNull();
  }

  @Test
  void aMixedBatchTakesASmallerImageAfterOneThatHadNoPlace() {
    Batcher mixing = batcher(new BatchOptions(8, 10, Duration.ofMillis(10), false), true, inFlight);
    MicroBatch.Slot first = reserve(mixing, SQUARE); // 5 tokens
    MicroBatch.Slot large = reserve(mixing, new Grid(2, 4)); // 9 tokens: the next batch
    MicroBatch.Slot small = reserve(mixing, WIDE); // 4 tokens

    assertThat(large.batch()).isNotSameAs(first.batch());
    assertThat(small.batch()).isSameAs(first.batch());
  }

  @Test
  void aPartBatchLeavesWhenNothingElseCanCome() {
    InFlight two = new InFlight(2);
    Batcher idle = batcher(new BatchOptions(3, 100, Duration.ofSeconds(1), false), false, two);
    ImageInFlight first = submitted(two);
    idle.filled(reserve(idle, first, SQUARE));
    assertThat(idle.poll()).as("the budget has room").isNull();
    ImageInFlight second = submitted(two);
    assertThat(idle.poll()).as("the second is being decoded").isNull();
    idle.filled(reserve(idle, second, SQUARE));

    assertThat(idle.poll().images()).containsExactly(first, second);
    assertThat(idle.statistics(Map.of()).batches()).containsEntry(Departure.NOTHING_COMING, 1L);
  }

  @Test
  void anImageThatFailsToDecodeIsNotWaitedFor() {
    InFlight one = new InFlight(1);
    Batcher idle = batcher(new BatchOptions(3, 100, Duration.ofSeconds(1), false), false, one);
    ImageInFlight good = submitted(one);
    ImageInFlight broken = submitted(one); // beyond the budget
    idle.filled(reserve(idle, good, SQUARE));
    assertThat(idle.poll()).isNull();

    broken.completeExceptionally(new Exception("no picture"));

    assertThat(idle.poll().images()).containsExactly(good);
  }

  @Test
  void deterministicBatchesHoldAnImageEach() {
    Batcher alone = batcher(new BatchOptions(8, 100, Duration.ofSeconds(1), true), false, inFlight);
    alone.filled(reserve(alone, SQUARE));
    alone.filled(reserve(alone, SQUARE));

    assertThat(alone.poll().images()).hasSize(1);
    assertThat(alone.poll().images()).hasSize(1);
  }

  @Test
  void aLimitLearnedHoldsForBatchesThatGatherToo() {
    Batcher limited = batcher(8, 100, Duration.ofSeconds(1));
    limited.filled(reserve(limited, SQUARE));
    limited.filled(reserve(limited, SQUARE));
    assertThat(limited.poll()).isNull();

    limited.limitTokens(10);

    assertThat(limited.poll().images()).hasSize(2);
    limited.filled(reserve(limited, SQUARE));
    limited.filled(reserve(limited, SQUARE));
    limited.filled(reserve(limited, SQUARE));
    assertThat(limited.poll().images()).hasSize(2);
  }

  @Test
  void statisticsSayWhyBatchesLeftAndHowLongALaneStarved() throws Exception {
    for (int i = 0; i < 4; i++) {
      add(SQUARE);
    }
    batcher.take(clock);
    advance(Duration.ofMillis(10));
    batcher.take(clock);
    clock.begin(0);
    clock.end(7_000_000);
    EngineStatistics before = batcher.statistics(Map.of(Device.CPU, clock.time()));

    assertThat(before.batches())
        .containsEntry(Departure.FULL, 1L)
        .containsEntry(Departure.DELAY, 1L)
        .containsEntry(Departure.NOTHING_COMING, 0L);
    assertThat(before.images()).isEqualTo(4);
    assertThat(before.tokens()).isEqualTo(4 * 5);
    assertThat(before.meanBatchSize()).isEqualTo(2);
    assertThat(before.busy()).isEqualTo(Duration.ofMillis(7));
    assertThat(before.starved()).isZero();

    submitted(inFlight); // it is being decoded
    Thread lane = new Thread(this::take);
    lane.start();
    while (lane.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    advance(Duration.ofMillis(5));
    batcher.close();
    lane.join();
    clock.begin(0);
    clock.end(1_000_000);
    EngineStatistics since = batcher.statistics(Map.of(Device.CPU, clock.time())).since(before);
    assertThat(since.starved()).isEqualTo(Duration.ofMillis(5));
    assertThat(since.busy()).isEqualTo(Duration.ofMillis(1));
    assertThat(since.images()).isZero();
    assertThat(since.meanBatchSize()).isZero();
  }
}
