package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exactly once, in order and to the right image, whatever happens to the processors. The pictures
 * carry numbers that the model reads, and it is slow enough that there is always something in
 * flight.
 */
@ExtendWith(Services.class)
class DeliveryIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int SESSION_MILLIS = 6_000;

  /**
   * The trap of KIP-447: a process that has only redone records, paused past its session and
   * resumed, must not commit what another redoes meanwhile. Here the other is paused in its turn,
   * and so on; a processor that ignores the rule of the tick doubles images in this test.
   */
  @Test
  void whatACrashLeftBehindIsRedoneOnceAlthoughEachRedoerIsPaused(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    int count = 120;
    int redoers = 5;
    // Slower than a task takes input up, so that much is unfinished when all of it is taken up.
    NumberedVit.slow(count, 2).writeTo(model);
    try (Pipeline pipeline = pipeline(kafka, registry, "redo", 2, model);
        CommittedReader results = pipeline.results()) {
      // A process that was paused notices late that the group has dropped it.
      pipeline.with("consumer.heartbeat.interval.ms", Integer.toString(SESSION_MILLIS - 1_000));
      pipeline.with("patchstream.batch.max.size", "1");
      NumberedImages images = new NumberedImages(pipeline, count);
      ProcessorProcess crashed = pipeline.processor().start().awaitRunning(LONG);
      images.send(DeliveryIT::picture);
      awaitConsumed(kafka, pipeline, count);
      crashed.kill();
      results.readToEnd(LONG);

      List<ProcessorProcess> paused = new ArrayList<>();
      for (int redoer = 0; redoer < redoers; redoer++) {
        int before = results.records().size();
        assertThat(before).as("results when the next begins").isLessThan(2 * count - 2);
        ProcessorProcess next = pipeline.processor().start();
        results.awaitRecords(before + 2, LONG);
        next.pause();
        paused.forEach(ProcessorProcess::resume);
        paused.add(next);
      }
      paused.forEach(ProcessorProcess::resume);

      results.awaitRecords(2 * count, LONG);
      for (ProcessorProcess processor : paused) {
        assertThat(processor.terminate(LONG)).isZero();
      }
      results.readToEnd(LONG);
      images.assertLabelledOnce(results.records(pipeline.labels()));
      images.assertEachOnceInOrder(results.records(pipeline.embeddings()));
    }
  }

  @Test
  void anIdleProcessorWritesNothing(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    int count = 20;
    NumberedVit.of(count).writeTo(model);
    try (Pipeline pipeline = pipeline(kafka, registry, "idle", 4, model);
        CommittedReader results = pipeline.results()) {
      pipeline.processor().start();
      new NumberedImages(pipeline, count).send(DeliveryIT::picture);
      results.awaitRecords(2 * count, LONG);
      Thread.sleep(2_000);
      Map<String, Long> before = kafka.topics().recordsWritten();
      // Longer than any interval that a processor could have.
      Thread.sleep(12_000);

      assertThat(kafka.topics().recordsWritten()).isEqualTo(before);
    }
  }

  private static Pipeline pipeline(
      KafkaCluster kafka, SchemaRegistry registry, String name, int partitions, Path model) {
    return new Pipeline(kafka, registry, name, partitions, model)
        .with("consumer.session.timeout.ms", Integer.toString(SESSION_MILLIS))
        .with("consumer.heartbeat.interval.ms", "1000");
  }

  private static byte[] picture(NumberedPicture picture) {
    return picture.withScale(4).withNoise(3).png();
  }

  private static void awaitConsumed(KafkaCluster kafka, Pipeline pipeline, int count) {
    Await.until(
        LONG,
        () -> "the input is not consumed: " + kafka.topics().committed("redo"),
        () ->
            kafka.topics().committed("redo").entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(pipeline.images()))
                    .mapToLong(Map.Entry::getValue)
                    .sum()
                == count);
  }
}
