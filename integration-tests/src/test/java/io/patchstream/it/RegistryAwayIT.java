package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A registry that goes away stops nothing that is known, and loses nothing that is not. */
@ExtendWith(Services.class)
class RegistryAwayIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PARTITIONS = 2;

  @TempDir Path model;

  @Test
  void goesAwayAndComesBack(KafkaCluster kafka) throws IOException {
    NumberedVit.of(30).writeTo(model);
    try (SchemaRegistry registry = SchemaRegistry.start();
        Pipeline pipeline = new Pipeline(kafka, registry, "registry-away", PARTITIONS, model);
        CommittedReader results = pipeline.results()) {
      NumberedImages images = new NumberedImages(pipeline, 30);
      // One thread may wait for the registry while the other one decodes.
      ProcessorProcess processor = pipeline.with("patchstream.threads.decode", "2").processor();
      processor.start();
      images.send(0, 10, NumberedPicture::png);
      results.awaitRecords(2 * 10, SOON);
      NewerSchema newer = NewerSchema.register(pipeline, registry);

      registry.stop();
      images.send(10, 20, NumberedPicture::png);
      results.awaitRecords(2 * 20, SOON);

      assertAnotherCannotStart(pipeline, registry);

      // What follows it in its partition waits behind it, the other partition goes on.
      pipeline.send(0, "20", newer.value(NumberedPicture.of(20).png()));
      images.send(21, 30, NumberedPicture::png);
      processor.awaitLog("registry-away-images-0-10 waits for the schema registry", SOON);
      results.awaitRecords(2 * 25, SOON);
      assertThat(numbers(results.records(pipeline.labels()))).doesNotContain("20", "22", "28");

      registry.restart();
      results.awaitRecords(2 * 30, SOON);
      assertThat(processor.terminate(SOON)).isZero();
      results.readToEnd(SOON);
      images.assertLabelledOnce(results.records(pipeline.labels()));
      images.assertEachOnceInOrder(results.records(pipeline.embeddings()));
      assertThat(results.records(pipeline.failures())).isEmpty();
    }
  }

  /** Its new owner has read no event yet, and asks nobody for the schema of the first one. */
  @Test
  void aPartitionThatMovesMeanwhileGoesOn(KafkaCluster kafka) throws IOException {
    NumberedVit.of(30).writeTo(model);
    try (SchemaRegistry registry = SchemaRegistry.start();
        Pipeline pipeline = new Pipeline(kafka, registry, "registry-takeover", 1, model);
        CommittedReader results = pipeline.results()) {
      NumberedImages images = new NumberedImages(pipeline, 30);
      images.send(0, 10, NumberedPicture::png);
      ProcessorProcess owner = pipeline.processor().start().awaitRunning(SOON);
      results.awaitRecords(2 * 10, SOON);
      ProcessorProcess other = pipeline.processor().start().awaitRunning(SOON);

      registry.stop();
      assertThat(owner.terminate(SOON)).isZero();
      images.send(10, 30, NumberedPicture::png);
      results.awaitRecords(2 * 30, SOON);
      assertThat(other.log()).doesNotContain("waits for the schema registry");
      assertThat(other.terminate(SOON)).isZero();
      results.readToEnd(SOON);
      registry.restart();
      images.assertLabelledOnce(results.records(pipeline.labels()));
    }
  }

  private static void assertAnotherCannotStart(Pipeline pipeline, SchemaRegistry registry) {
    ProcessorProcess another = pipeline.processor().start();
    assertThat(another.awaitExit(SOON)).isEqualTo(1);
    assertThat(another.log())
        .startsWith("The schema registry at " + registry.url() + " cannot be used: ")
        .endsWith(".\n");
    assertThat(another.log().lines()).hasSize(1);
  }

  private static List<String> numbers(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.key(), UTF_8)).toList();
  }
}
