package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.topology.UnfinishedImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What processor/RUNBOOK.md says, done: an input that gets more partitions while images are in
 * flight, an application that is drained, and an internal topic that a later build has written.
 */
@ExtendWith(Services.class)
class PartitionsIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int FEW = 4;
  private static final int MANY = 8;

  /** Numbers below this one are sent while there are few partitions. */
  private static final int BEFORE = 40;

  /** Numbers from this one on are sent while nobody runs. */
  private static final int WHILE_STOPPED = 60;

  private static final int COUNT = 80;

  @Test
  void fromFourToEightAndDrained(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    // Slow enough that there is always something in flight.
    NumberedVit.slow(COUNT, 1).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "partitions", FEW, model);
        CommittedReader results = kafka.reader(pipeline.labels(), pipeline.failures())) {
      pipeline
          .with("patchstream.embeddings.topic", "")
          .with("patchstream.image.max.tokens", "20000");
      UnfinishedImages unfinished = new UnfinishedImages(new HashMap<>(pipeline.settings()));
      ProcessorProcess first = pipeline.processor().start().awaitRunning(SOON);
      Command refused = Command.run(pipeline, "drain");
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
      assertThat(refused.err()).startsWith("Stop all processes of partitions first");
      send(pipeline, 0, BEFORE);
      results.awaitRecords(4, SOON);
      assertThat(first.terminate(SOON)).isZero();
      assertThat(unfinished.count()).as("in flight while partitions are added").isNotEmpty();

      kafka.topics().addPartitions(pipeline.images(), MANY);
      ProcessorProcess second = pipeline.processor().start();
      send(pipeline, BEFORE, WHILE_STOPPED);
      results.awaitRecords(BEFORE * 3 / 4, SOON);
      assertThat(second.terminate(SOON)).isZero();

      send(pipeline, WHILE_STOPPED, COUNT);
      drain(kafka, pipeline, unfinished);

      ProcessorProcess third = pipeline.processor().start();
      results.awaitRecords(COUNT, SOON);
      assertThat(third.terminate(SOON)).isZero();
      results.readToEnd(SOON);
      assertThat(results.records(pipeline.failures())).isEmpty();
      assertEachOnceInOrder(pipeline, results.records(pipeline.labels()));
      assertThat(unfinished.count()).isEmpty();
      aMarkOfALaterBuildIsRefused(kafka, pipeline);
    }
  }

  /** Everything in flight is finished and nothing new is taken. */
  private static void drain(KafkaCluster kafka, Pipeline pipeline, UnfinishedImages unfinished)
      throws Exception {
    Map<String, Long> inFlight = unfinished.count();
    Map<TopicPartition, Long> taken = taken(kafka, pipeline);
    assertThat(inFlight).isNotEmpty();
    Command drained = Command.run(pipeline, "drain");
    assertThat(drained.exitCode()).as(drained.toString()).isZero();
    inFlight.forEach(
        (partition, images) ->
            assertThat(drained.out()).contains(partition + ": " + images + " in flight\n"));
    assertThat(drained.out()).endsWith("Nothing is in flight.\n");
    assertThat(unfinished.count()).isEmpty();
    assertThat(taken(kafka, pipeline)).as("what is taken of the input").isEqualTo(taken);
  }

  private static void aMarkOfALaterBuildIsRefused(KafkaCluster kafka, Pipeline pipeline) {
    try (Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
      producer.send(
          new ProducerRecord<>(
              "partitions-resume-marks-changelog",
              0,
              pipeline.images().getBytes(UTF_8),
              new byte[] {2, 0, 0}));
    }
    ProcessorProcess earlier = pipeline.processor().start();
    assertThat(earlier.awaitExit(SOON)).isEqualTo(1);
    assertThat(earlier.log())
        .contains("a resume mark of version 2, and this build knows version 1");
  }

  private static int partitions(int number) {
    return number < BEFORE ? FEW : MANY;
  }

  private static void send(Pipeline pipeline, int from, int to) {
    for (int number = from; number < to; number++) {
      pipeline.sendEvent(
          number % partitions(number), Integer.toString(number), NumberedPicture.of(number).png());
    }
    pipeline.flush();
  }

  private static void assertEachOnceInOrder(
      Pipeline pipeline, List<ConsumerRecord<byte[], byte[]>> labels) {
    Map<Integer, Integer> seen = new HashMap<>();
    Map<List<Integer>, Integer> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : labels) {
      int number = Integer.parseInt(new String(record.key(), UTF_8));
      seen.merge(number, 1, Integer::sum);
      assertThat(pipeline.label(record).getPredictions().get(0).getLabel())
          .isEqualTo(Integer.toString(number));
      Integer before = last.put(List.of(record.partition(), number % partitions(number)), number);
      if (before != null && partitions(before) == partitions(number)) {
        assertThat(before).as("order within a partition").isLessThan(number);
      }
    }
    assertThat(seen).hasSize(COUNT).allSatisfy((number, times) -> assertThat(times).isOne());
  }

  private static Map<TopicPartition, Long> taken(KafkaCluster kafka, Pipeline pipeline) {
    Map<TopicPartition, Long> taken = kafka.topics().committed("partitions");
    taken.keySet().removeIf(partition -> !partition.topic().equals(pipeline.images()));
    return taken;
  }
}
