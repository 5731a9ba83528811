package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are taken away from processors, whole or in part, while they are at work. */
@ExtendWith(Services.class)
class TopicFaultsIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int PARTITIONS = 2;

  @TempDir Path model;

  /** What retention took is a failure that says where it stood, what is left has its label. */
  @Test
  void inputThatIsDeletedBeforeItIsFinished(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    int count = 60;
    int left = 5;
    // Slower than a task takes input up, so that much is unfinished when all of it is taken up.
    NumberedVit.slow(count, 2).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "expired", PARTITIONS, model);
        CommittedReader outcomes = kafka.reader(pipeline.labels(), pipeline.failures())) {
      GroupProtocol.CLASSIC.applyTo(pipeline).with("patchstream.batch.max.size", "1");
      ProcessorProcess processor = pipeline.processor().start().awaitRunning(LONG);
      new NumberedImages(pipeline, count).send(NumberedPicture::png);
      pipeline.awaitConsumed(count, LONG);
      processor.kill();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        kafka
            .topics()
            .deleteRecords(
                new TopicPartition(pipeline.images(), partition), count / PARTITIONS - left);
      }
      outcomes.readToEnd(LONG);
      assertThat(outcomes.records()).hasSizeLessThan(count - PARTITIONS * left);
      processor.start();

      outcomes.awaitRecords(count, LONG);
      assertThat(processor.terminate(LONG)).isZero();
      outcomes.readToEnd(LONG);
      List<ImageFailure> failures =
          outcomes.records(pipeline.failures()).stream().map(pipeline::failure).toList();
      assertThat(failures)
          .isNotEmpty()
          .allSatisfy(
              failure -> {
                assertThat(failure.getReason()).isEqualTo(FailureReason.SOURCE_EXPIRED);
                assertThat(failure.getTopic()).isEqualTo(pipeline.images());
              });
      Stream<Integer> labelled =
          outcomes.records(pipeline.labels()).stream().map(NumberedImages::number);
      Stream<Integer> expired = failures.stream().map(TopicFaultsIT::number);
      assertThat(Stream.concat(labelled, expired))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    }
  }

  /** Nothing is committed that has not all its results, and work goes on when the topic is back. */
  @Test
  @EnabledIfSystemProperty(named = "faults", matches = "\\d+")
  void anOutputThatIsDeletedAndMadeAnew(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    int before = 100;
    int count = 200;
    NumberedVit.of(count).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "lost-output", PARTITIONS, model);
        CommittedReader labels = kafka.reader(pipeline.labels(), pipeline.failures())) {
      NumberedImages images = new NumberedImages(pipeline, count);
      ProcessorProcess processor = GroupProtocol.CLASSIC.applyTo(pipeline).processor().start();
      images.send(0, before, NumberedPicture::png);
      labels.awaitRecords(before, LONG);

      kafka.topics().delete(pipeline.embeddings());
      images.send(before, count, NumberedPicture::png);
      Thread.sleep(3_000);
      assertThat(labels.readToEnd(LONG)).hasSize(before);
      kafka.topics().create(pipeline.embeddings(), PARTITIONS);

      labels.awaitRecords(count, LONG);
      assertThat(processor.terminate(LONG)).isZero();
      labels.readToEnd(LONG);
      images.assertLabelledOnce(labels.records(pipeline.labels()));
      try (CommittedReader embeddings = kafka.reader(pipeline.embeddings())) {
        assertThat(embeddings.readToEnd(LONG).stream().map(NumberedImages::number))
            .containsExactlyInAnyOrderElementsOf(IntStream.range(before, count).boxed().toList());
      }
    }
  }

  /** The process ends, says why and leaves its group; with a topic of that name it works again. */
  @Test
  void anInputThatIsDeletedAndMadeAnew(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    int before = 100;
    int count = 200;
    NumberedVit.of(count).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "lost-input", PARTITIONS, model);
        CommittedReader results = pipeline.results()) {
      NumberedImages images = new NumberedImages(pipeline, count);
      ProcessorProcess processor = GroupProtocol.CLASSIC.applyTo(pipeline).processor().start();
      images.send(0, before, NumberedPicture::png);
      results.awaitRecords(2 * before, LONG);

      kafka.topics().delete(pipeline.images());
      assertThat(processor.awaitExit(LONG)).isEqualTo(1);
      assertThat(kafka.topics().memberIds("lost-input")).as("members that are left").isEmpty();
      assertThat(processor.log().lines().reduce((line, last) -> last))
          .hasValueSatisfying(
              last ->
                  assertThat(last)
                      .contains("nothing is lost", "create it again", pipeline.images()));

      kafka.topics().create(pipeline.images(), PARTITIONS);
      processor.start();
      images.send(before, count, NumberedPicture::png);
      results.awaitRecords(2 * count, LONG);
      assertThat(processor.terminate(LONG)).isZero();
      results.readToEnd(LONG);
      images.assertLabelledOnce(results.records(pipeline.labels()));
      images.assertEachOnceInOrder(results.records(pipeline.embeddings()));
    }
  }

  /** Numbers were dealt out to the partitions in turns. */
  private static int number(ImageFailure failure) {
    return Math.toIntExact(failure.getOffset() * PARTITIONS + failure.getPartition());
  }
}
