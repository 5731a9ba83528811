package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.inference.Histogram;
import io.patchstream.schemas.FailureReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task counts of the images that it finishes. */
class StreamCountersTest {

  private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void everyImageIsCountedByWhatBecameOfIt() throws Exception {
    try (NumberedEngine engine = NumberedEngine.open(folder.resolve("model"), 200)) {
      TaskUnderTest task = new TaskUnderTest(engine.engine(), folder, 1 << 20, TaskUnderTest.LONG);
      task.append(5, NumberedPicture.of(5).png());
      task.append(6, NO_IMAGE);
      task.append(7, null);
      task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(5, 8)));
      task.consume(8, NumberedPicture.of(8).png());
      task.runUntil(task::isResting);

      StreamStatistics statistics = task.counters.statistics();
      assertThat(statistics.classified()).isEqualTo(2);
      assertThat(statistics.failed()).isEqualTo(2);
      assertThat(statistics.failures())
          .containsOnlyKeys(FailureReason.values())
          .containsEntry(FailureReason.UNSUPPORTED_FORMAT, 1L)
          .containsEntry(FailureReason.NO_VALUE, 1L)
          .containsEntry(FailureReason.OTHER, 0L);
      assertThat(statistics.redone()).isEqualTo(3);
      assertThat(statistics.order().count()).isEqualTo(4);
      assertThat(statistics.order().sum()).isPositive();
      task.processor.close();
    }
  }

  @Test
  void whatDidNotFitIntoMemoryIsNotRedone() throws Exception {
    try (NumberedEngine engine = NumberedEngine.open(folder.resolve("model"), 200)) {
      TaskUnderTest task = new TaskUnderTest(engine.engine(), folder, 1_000, TaskUnderTest.LONG);
      task.init(Map.of());
      for (int number = 0; number < 20; number++) {
        task.consume(number, NumberedPicture.of(number).png());
      }
      task.runUntil(task::isResting);

      assertThat(task.counters.statistics().classified()).isEqualTo(20);
      assertThat(task.counters.statistics().redone()).isZero();
      task.processor.close();
    }
  }

  @Test
  void endToEndBeginsAtTheTimestampOfTheEvent() {
    StreamCounters counters = new StreamCounters();
    counters.forwarded(0, System.currentTimeMillis() - 20_000);
    counters.forwarded(0, System.currentTimeMillis() + 20_000);

    Histogram endToEnd = counters.statistics().endToEnd();
    assertThat(endToEnd.count()).isEqualTo(2);
    assertThat(endToEnd.sum())
        .as("a clock that runs ahead counts as no time")
        .isBetween(Duration.ofSeconds(20).toNanos(), Duration.ofSeconds(29).toNanos());
  }
}
