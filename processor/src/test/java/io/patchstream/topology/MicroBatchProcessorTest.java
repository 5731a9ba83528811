package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.patchstream.fixtures.HangingBmp;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.inference.BatchOptions;
import io.patchstream.inference.ComputeOptions;
import io.patchstream.inference.DecodingOptions;
import io.patchstream.inference.Devices;
import io.patchstream.inference.EngineFailedException;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.RequestedPrecision;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageFailure;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The traps of exactly once beside an asynchronous engine, with a real engine. */
class MicroBatchProcessorTest {

  private static final long PLENTY = 1 << 20;

  @TempDir static Path folder;
  private static NumberedEngine engine;

  private TaskUnderTest task;

  @BeforeAll
  static void openEngine() throws Exception {
    engine = NumberedEngine.open(folder.resolve("model"), 200);
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  @BeforeEach
  void makeTask() {
    task = new TaskUnderTest(engine.engine(), folder, PLENTY, TaskUnderTest.LONG);
  }

  @AfterEach
  void everyByteIsGivenBack() {
    task.processor.close();
    assertThat(task.residentBytes.held()).isZero();
  }

  @Test
  void labelsLeaveInArrivalOrder() throws Exception {
    task.init(Map.of());
    for (int number = 0; number < 60; number++) {
      task.consume(number, picture(number));
    }
    task.runUntilForwarded(60);

    assertThat(task.labels()).isEqualTo(numbers(0, 60));
    assertThat(task.context.forwarded())
        .extracting(sent -> sent.record().timestamp())
        .isEqualTo(IntStream.range(0, 60).mapToObj(i -> 1_000L + i).toList());
  }

  @Test
  void theMarkIsStoredWithTheConsumedRecordAndMovedBeforeItsResult() throws Exception {
    task.init(Map.of());
    task.consume(40, picture(1));
    assertThat(task.marks.get(TaskUnderTest.TOPIC)).isEqualTo(new ResumeMark(40, 41));

    task.runUntilForwarded(1);
    assertThat(task.marks.get(TaskUnderTest.TOPIC)).isEqualTo(new ResumeMark(41, 41));
  }

  @Test
  void nothingIsScheduledWhenNothingIsInFlight() throws Exception {
    task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(9, 9)));
    assertThat(task.isResting()).isTrue();
    task.consume(9, picture(1));
    assertThat(task.isResting()).isFalse();

    task.runUntil(task::isResting);
    assertThat(task.labels()).containsExactly("1");
  }

  @Test
  void aRecordOfferedTwiceIsDoneOnce() throws Exception {
    task.init(Map.of());
    task.consume(0, picture(5));
    task.offer(0, picture(5));
    task.consume(1, picture(6));
    task.runUntil(task::isResting);

    assertThat(task.labels()).containsExactly("5", "6");
  }

  @Test
  void aRecordWhoseMarkCouldNotBeStoredIsTakenWhenItIsOfferedAgain() throws Exception {
    task.init(Map.of());
    task.failPuts = true;
    assertThatThrownBy(() -> task.consume(0, picture(5))).isInstanceOf(StreamsException.class);
    task.failPuts = false;
    task.offer(0, picture(5));
    task.runUntil(task::isResting);

    assertThat(task.labels()).containsExactly("5");
  }

  @Test
  void whatIsLeftBehindIsRedoneOnlyOnceTheTaskHasConsumedATick() throws Exception {
    for (int offset = 5; offset < 9; offset++) {
      task.append(offset, picture(100 + offset));
    }
    ResumeMark leftBehind = new ResumeMark(5, 8);
    task.init(Map.of(TaskUnderTest.TOPIC, leftBehind));
    assertThat(task.ticks).containsExactly(TaskUnderTest.PARTITION);

    for (int i = 0; i < 100; i++) {
      task.punctuate();
      Thread.sleep(2);
    }
    assertThat(task.context.forwarded()).isEmpty();
    assertThat(task.marks.get(TaskUnderTest.TOPIC)).isEqualTo(leftBehind);

    task.offerTick();
    task.runUntil(task::isResting);
    assertThat(task.labels()).as("offset 8 is Streams' to deliver").isEqualTo(numbers(105, 108));
    assertThat(task.marks.get(TaskUnderTest.TOPIC)).isEqualTo(new ResumeMark(8, 8));
  }

  @Test
  void whatIsLeftBehindComesBeforeWhatIsNew() throws Exception {
    for (int offset = 5; offset < 8; offset++) {
      task.append(offset, picture(offset));
    }
    task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(5, 8)));
    for (int offset = 8; offset < 30; offset++) {
      task.consume(offset, picture(offset));
    }
    task.runUntil(task::isResting);

    assertThat(task.labels()).isEqualTo(numbers(5, 30));
  }

  @Test
  void holesInTheOffsetsAreNoRecords() throws Exception {
    task.append(6, picture(6));
    task.append(20, picture(20));
    task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(5, 15)));
    task.offerTick();
    task.runUntil(task::isResting);

    assertThat(task.labels()).containsExactly("6");
  }

  @Test
  void initOnTheSameObjectBeginsAnew() throws Exception {
    task.init(Map.of());
    task.consume(0, picture(10));
    task.consume(1, picture(11));
    ResumeMark committed = task.marks.get(TaskUnderTest.TOPIC);
    task.processor.close();
    assertThat(task.context.forwarded()).as("close() forwards nothing").isEmpty();

    task.init(Map.of(TaskUnderTest.TOPIC, committed));
    assertThat(task.context.forwarded()).as("init() forwards nothing").isEmpty();
    task.offerTick();
    task.consume(2, picture(12));
    task.runUntil(task::isResting);

    assertThat(task.labels()).containsExactly("10", "11", "12");
  }

  @Test
  void whatDoesNotFitIntoMemoryIsFetchedAgain() throws Exception {
    task = new TaskUnderTest(engine.engine(), folder, 1_000, TaskUnderTest.LONG);
    task.init(Map.of());
    for (int number = 0; number < 50; number++) {
      task.consume(number, picture(number));
    }
    task.runUntil(task::isResting);

    assertThat(task.labels()).isEqualTo(numbers(0, 50));
  }

  @Test
  void whatRetentionTookIsAFailureThatSaysSo() throws Exception {
    for (int offset = 5; offset < 9; offset++) {
      task.append(offset, picture(offset));
    }
    task.expireBelow(7);
    task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(5, 9)));
    task.offerTick();
    task.runUntil(task::isResting);

    assertThat(task.failures())
        .extracting(ImageFailure::getOffset, ImageFailure::getReason)
        .containsExactly(
            tuple(5L, FailureReason.SOURCE_EXPIRED), tuple(6L, FailureReason.SOURCE_EXPIRED));
    assertThat(task.labels()).containsExactly("7", "8");
  }

  @Test
  void aFullEngineSlowsATaskDownAndStopsItNot() throws Exception {
    // One place in flight, and an image in it whose source waits.
    CountDownLatch held = new CountDownLatch(1);
    EngineOptions full =
        new EngineOptions(
            new BatchOptions(8, 4096, TaskUnderTest.LONG, false),
            new DecodingOptions(1, 0, TaskUnderTest.LONG),
            new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, 1, 0, 1 << 20),
            1,
            1);
    try (NumberedEngine waiting = NumberedEngine.open(folder.resolve("full"), 10, full)) {
      task = new TaskUnderTest(waiting.engine(), folder, PLENTY, TaskUnderTest.LONG);
      task.init(Map.of());
      waiting
          .engine()
          .submit(
              () -> {
                held.await();
                return null;
              });
      long started = System.nanoTime();
      task.consume(0, picture(1));

      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThanOrEqualTo(TaskUnderTest.PATIENCE);
      assertThat(task.marks.get(TaskUnderTest.TOPIC)).isEqualTo(new ResumeMark(0, 1));
    }
  }

  @Test
  void aBadImageCostsThatImageAlone() throws Exception {
    task.init(Map.of());
    task.consume(0, picture(1));
    task.consume(1, "no image".getBytes());
    task.consume(2, null);
    task.consume(3, picture(2));
    task.runUntil(task::isResting);

    assertThat(task.labels()).containsExactly("1", "2");
    assertThat(task.failures())
        .extracting(ImageFailure::getReason)
        .containsExactly(FailureReason.UNSUPPORTED_FORMAT, FailureReason.NO_VALUE);
  }

  @Test
  void anEngineThatFailsEndsTheTaskAndFailsNoImage() throws Exception {
    EngineOptions impatient =
        new EngineOptions(
            new BatchOptions(8, 4096, Duration.ZERO, false),
            new DecodingOptions(1, 0, Duration.ofMillis(200)),
            new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, 1, 0, 1 << 20),
            1,
            10);
    byte[] hangs = HangingBmp.of(ImageIO.read(new ByteArrayInputStream(picture(1))));
    try (HangingBmp hanging = new HangingBmp();
        NumberedEngine failing = NumberedEngine.open(folder.resolve("failing"), 10, impatient)) {
      task = new TaskUnderTest(failing.engine(), folder, PLENTY, TaskUnderTest.LONG);
      task.init(Map.of());
      task.consume(0, hangs);
      task.consume(1, hangs);
      task.consume(2, picture(2));

      assertThatThrownBy(() -> task.runUntil(task::isResting))
          .isInstanceOf(EngineFailedException.class)
          .hasMessageContaining("restart the process");

      // What made it fail is told; with one thread lost, none is left for the third.
      assertThat(task.failures())
          .extracting(ImageFailure::getOffset, ImageFailure::getReason)
          .containsExactly(tuple(0L, FailureReason.TOO_SLOW), tuple(1L, FailureReason.TOO_SLOW));
      assertThat(task.labels()).isEmpty();
      hanging.letGo();
    }
  }

  @Test
  void aKafkaTimeoutDoesNotEscapeAsOne() throws Exception {
    task.init(
        Map.of(),
        new MockProcessorContext<>(
            new Properties(), new TaskId(0, TaskUnderTest.PARTITION), folder.toFile()) {
          // No type variable can be bound by an array, so the override is raw.
          @Override
          @SuppressWarnings("rawtypes")
          public void forward(Record record, String child) {
            throw new TimeoutException("no metadata");
          }
        });
    task.consume(0, picture(1));

    assertThatThrownBy(() -> task.runUntil(task::isResting))
        .isInstanceOf(StreamsException.class)
        .isNotInstanceOf(TimeoutException.class)
        .hasMessageContaining("no metadata");
  }

  @Test
  void aThreadThatWasPausedGivesItsTasksUp() throws Exception {
    task = new TaskUnderTest(engine.engine(), folder, PLENTY, Duration.ofMillis(50));
    task.init(Map.of());
    task.consume(0, picture(1));
    Thread.sleep(100);

    assertThatThrownBy(task::punctuate).isInstanceOf(TaskMigratedException.class);
    assertThat(task.context.forwarded()).isEmpty();
  }

  private static byte[] picture(int number) {
    return NumberedPicture.of(number).png();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}
