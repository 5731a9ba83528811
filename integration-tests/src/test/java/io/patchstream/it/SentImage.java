package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.inference.Inference;
import io.patchstream.inference.ModelIdentity;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.Prediction;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.utils.Utils;

/**
 * One image on its way through a pipeline, and what is to come of it.
 *
 * @param record as it was sent; its header {@value #NUMBER} tells it from all others
 * @param at where it lies
 * @param event what its value says; for bare image bytes an event without anything
 * @param model which model shall answer
 * @param expected what it shall say
 */
record SentImage(
    ProducerRecord<byte[], byte[]> record,
    RecordMetadata at,
    ImageEvent event,
    ModelIdentity model,
    Inference expected) {

  /** The header that every image carries. */
  static final String NUMBER = "number";

  /** How far a score or a component of an embedding may be from the reference. */
  static final float TOLERANCE = 1e-4f;

  /** Which image a result is of. */
  static int number(ConsumerRecord<byte[], byte[]> result) {
    return Integer.parseInt(new String(result.headers().lastHeader(NUMBER).value(), UTF_8));
  }

  /** Sees that a result has what the input record had, and is where it belongs. */
  void assertCarriedBy(ConsumerRecord<byte[], byte[]> result, int partitions) {
    assertThat(result.key()).isEqualTo(record.key());
    assertThat(result.timestamp()).isEqualTo(record.timestamp());
    assertThat(result.headers().toArray()).containsExactly(record.headers().toArray());
    int partition =
        record.key() == null
            ? record.partition() % partitions
            : Utils.toPositive(Utils.murmur2(record.key())) % partitions;
    assertThat(result.partition()).isEqualTo(partition);
  }

  /** Compares the classes in their order, and all that goes with them. */
  void assertLabelled(ImageClassification label) {
    assertThat(label.getImageId()).isEqualTo(imageId());
    assertThat(label.getModel()).isEqualTo(modelInfo());
    assertThat(label.getActivation()).hasToString(model.activation().name());
    assertThat(List.of(label.getImageWidth(), label.getImageHeight()))
        .containsExactly(expected.imageWidth(), expected.imageHeight());
    assertThat(List.of(label.getGridHeight(), label.getGridWidth()))
        .containsExactly(expected.grid().rows(), expected.grid().columns());
    assertThat(label.getCapturedAt()).isEqualTo(event.getCapturedAt());
    assertThat(label.getAttributes()).isEqualTo(event.getAttributes());
    assertThat(label.getPredictions())
        .extracting(Prediction::getClassIndex, Prediction::getLabel)
        .isEqualTo(
            expected.predictions().stream()
                .map(prediction -> tuple(prediction.classIndex(), prediction.label()))
                .toList());
    for (int i = 0; i < label.getPredictions().size(); i++) {
      assertThat(label.getPredictions().get(i).getScore())
          .isCloseTo(expected.predictions().get(i).score(), within(TOLERANCE));
    }
  }

  /** Compares the vector, and all that goes with it. */
  void assertEmbedded(ImageEmbedding embedding) {
    assertThat(embedding.getImageId()).isEqualTo(imageId());
    assertThat(embedding.getEmbeddingId()).isEqualTo(embeddingId());
    assertThat(embedding.getModel()).isEqualTo(modelInfo());
    assertThat(embedding.getKind()).hasToString(model.embedding().name());
    assertThat(embedding.getNormalised()).isFalse();
    assertThat(embedding.getCapturedAt()).isEqualTo(event.getCapturedAt());
    assertThat(embedding.getAttributes()).isEqualTo(event.getAttributes());
    float[] vector = expected.clsEmbedding();
    assertThat(embedding.getDimension()).isEqualTo(vector.length);
    assertThat(embedding.getVector()).hasSize(vector.length);
    for (int i = 0; i < vector.length; i++) {
      assertThat(embedding.getVector().get(i)).isCloseTo(vector[i], within(TOLERANCE));
    }
  }

  /** Whether the reference tells the two apart, so that one's result is none of the other's. */
  boolean isUnlike(SentImage other) {
    float[] one = expected.clsEmbedding();
    float[] two = other.expected.clsEmbedding();
    return IntStream.range(0, one.length).anyMatch(i -> Math.abs(one[i] - two[i]) > 2 * TOLERANCE);
  }

  private String coordinates() {
    return at.topic() + "-" + at.partition() + "-" + at.offset();
  }

  private String imageId() {
    return event.getImageId() == null ? coordinates() : event.getImageId();
  }

  /** The same for the same record and model, whoever computes it and how often. */
  private String embeddingId() {
    String name = coordinates() + "-" + model.revision();
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }

  private ModelInfo modelInfo() {
    return new ModelInfo(model.name(), model.revision(), model.precision());
  }
}
