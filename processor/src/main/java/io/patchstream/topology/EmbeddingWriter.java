package io.patchstream.topology;

import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.FloatVector;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serializer;

/** Writes the embedding of an image as an {@link ImageEmbedding}. */
final class EmbeddingWriter {

  private final String topic;
  private final ModelInfo model;
  private final EmbeddingKind kind;
  private final String preprocessingId;
  private final Serializer<ImageEmbedding> serializer;

  EmbeddingWriter(
      String topic,
      ModelInfo model,
      EmbeddingKind kind,
      String preprocessingId,
      Serializer<ImageEmbedding> serializer) {
    this.topic = topic;
    this.model = model;
    this.kind = kind;
    this.preprocessingId = preprocessingId;
    this.serializer = serializer;
  }

  byte[] write(Outcome outcome) {
    ReadEvent event = outcome.event();
    float[] vector = outcome.inference().clsEmbedding();
    return serializer.serialize(
        topic,
        ImageEmbedding.newBuilder()
            .setEmbeddingId(embeddingId(outcome.record(), model.getRevision()))
            .setImageId(event.imageId())
            .setModel(model)
            .setVector(new FloatVector(vector))
            .setDimension(vector.length)
            .setKind(kind)
            .setNormalised(false)
            .setPreprocessingId(preprocessingId)
            .setCapturedAt(event.capturedAt())
            .setAttributes(event.attributes())
            .build());
  }

  /** The same image redone by the same model has the same id, so that a vector store can upsert. */
  private static String embeddingId(InputRecord record, String revision) {
    String name = record.coordinates() + "-" + revision;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
