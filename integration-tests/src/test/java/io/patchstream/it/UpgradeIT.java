package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A group that moves to another model while images flow. */
@ExtendWith(Services.class)
class UpgradeIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int PROCESSORS = 3;
  private static final int PARTITIONS = 6;
  private static final int CLASSES = 1_024;
  private static final int PER_SECOND = 60;
  private static final int OLD_DIMENSION = 32;
  private static final int NEW_DIMENSION = 64;

  /**
   * A rolling restart: every image has one label and one embedding, and each says by its revision
   * which of the models it is of. The models differ in the length of their embeddings, so a wrong
   * revision is seen.
   */
  @Test
  void aRollingRestartMovesTheGroupToAnotherModel(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path before, @TempDir Path after)
      throws Exception {
    NumberedVit.of(CLASSES).writeTo(before);
    NumberedVit.of(CLASSES).withSize(NEW_DIMENSION, 2, NEW_DIMENSION).writeTo(after);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "upgrade", PARTITIONS, before)) {
      GroupProtocol.CLASSIC.applyTo(pipeline);
      String limit = Integer.toString(Fate.MAX_LABEL_BYTES);
      kafka.topics().configure(pipeline.labels(), "max.message.bytes", limit);
      List<ProcessorProcess> old = Stream.generate(pipeline::processor).limit(PROCESSORS).toList();
      old.forEach(ProcessorProcess::start);
      old.forEach(processor -> processor.awaitRunning(LONG));
      Tally tally = new Tally(pipeline, CLASSES);
      try (ResultWatch watch = new ResultWatch(kafka, pipeline, tally);
          CommittedReader results = kafka.reader(pipeline.labels(), pipeline.embeddings());
          SteadyStream stream = new SteadyStream(pipeline, CLASSES, PER_SECOND)) {
        watch.awaitPast(stream.sent() + PARTITIONS, LONG);
        pipeline.with("patchstream.model", after.toString());
        for (ProcessorProcess processor : old) {
          assertThat(processor.terminate(LONG)).isZero();
          pipeline.processor().start().awaitRunning(LONG);
        }
        int restarted = stream.sent();
        watch.awaitPast(restarted + PARTITIONS, LONG);
        int sent = stream.stop();
        watch.awaitResults(sent, LONG);
        assertThat(tally.wrong(sent))
            .allSatisfy((kind, numbers) -> assertThat(numbers).as(kind).isEmpty());
        assertRevisions(pipeline, results.readToEnd(LONG), restarted);
      }
    }
  }

  private static void assertRevisions(
      Pipeline pipeline, List<ConsumerRecord<byte[], byte[]>> results, int restarted) {
    Map<Integer, String> ofLabels = new HashMap<>();
    Map<String, Integer> dimensions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : results) {
      if (record.topic().equals(pipeline.labels())) {
        ImageClassification labels = pipeline.label(record);
        ofLabels.put(NumberedImages.number(record), labels.getModel().getRevision());
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : results) {
      if (record.topic().equals(pipeline.embeddings())) {
        ImageEmbedding embedding = pipeline.embedding(record);
        int number = NumberedImages.number(record);
        String revision = embedding.getModel().getRevision();
        int dimension = embedding.getDimension();
        assertThat(revision).as("revision of %d", number).isEqualTo(ofLabels.get(number));
        assertThat(dimensions.merge(revision, dimension, (first, again) -> first))
            .as("dimension of %d by revision %s", number, revision)
            .isEqualTo(dimension);
        if (number >= restarted) {
          assertThat(dimension).as("number %d", number).isEqualTo(NEW_DIMENSION);
        }
      }
    }
    assertThat(dimensions.values()).containsExactlyInAnyOrder(OLD_DIMENSION, NEW_DIMENSION);
  }
}
