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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a crash leaves behind is redone once, and where nothing is left nothing is written. */
@ExtendWith(Services.class)
class DeliveryIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  /**
   * The trap of KIP-447: a process that has only redone records, paused past its session and
   * resumed, must not commit what another redoes meanwhile. Here the other is paused in its turn,
   * and so on; a processor that ignores the rule of the tick doubles images in this test.
   */
  @Test
  void whatACrashLeftBehindIsRedoneOnceAlthoughEachRedoerIsPaused(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    redo(GroupProtocol.CLASSIC, kafka, registry, model);
  }

  @Test
  @EnabledIfSystemProperty(named = "faults", matches = "\\d+")
  void theSameByTheStreamsProtocol(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    redo(GroupProtocol.STREAMS, kafka, registry, model);
  }

  private static void redo(
      GroupProtocol protocol, KafkaCluster kafka, SchemaRegistry registry, Path model)
      throws Exception {
    int count = 120;
    int redoers = 5;
    // Slower than a task takes input up, so that much is unfinished when all of it is taken up.
    NumberedVit.slow(count, 2).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "redo-" + protocol, 2, model);
        CommittedReader results = pipeline.results()) {
      protocol.applyTo(pipeline);
      if (protocol == GroupProtocol.CLASSIC) {
        // A process that was paused notices late that the group has dropped it.
        long late = GroupProtocol.SESSION.toMillis() - 1_000;
        pipeline.with("consumer.heartbeat.interval.ms", Long.toString(late));
      }
      pipeline.with("patchstream.batch.max.size", "1");
      NumberedImages images = new NumberedImages(pipeline, count);
      ProcessorProcess crashed = pipeline.processor().start().awaitRunning(LONG);
      images.send(DeliveryIT::picture);
      pipeline.awaitConsumed(count, LONG);
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
    try (Pipeline pipeline = new Pipeline(kafka, registry, "idle", 4, model);
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

  private static byte[] picture(NumberedPicture picture) {
    return picture.withScale(4).withNoise(3).png();
  }
}
