package io.patchstream.topology;

import io.patchstream.inference.Inference;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.Prediction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.serialization.Serializer;

/** Writes the labels of an image as an {@link ImageClassification}. */
final class LabelWriter {

  private final String topic;
  private final ModelInfo model;
  private final Activation activation;
  private final Serializer<ImageClassification> serializer;

  LabelWriter(
      String topic,
      ModelInfo model,
      Activation activation,
      Serializer<ImageClassification> serializer) {
    this.topic = topic;
    this.model = model;
    this.activation = activation;
    this.serializer = serializer;
  }

  byte[] write(Outcome outcome) {
    Inference inference = outcome.inference();
    ReadEvent event = outcome.event();
    return serializer.serialize(
        topic,
        ImageClassification.newBuilder()
            .setImageId(event.imageId())
            .setModel(model)
            .setActivation(activation)
            .setPredictions(predictions(inference))
            .setImageWidth(inference.imageWidth())
            .setImageHeight(inference.imageHeight())
            .setGridHeight(inference.grid().rows())
            .setGridWidth(inference.grid().columns())
            .setCapturedAt(event.capturedAt())
            .setClassifiedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
            .setAttributes(event.attributes())
            .build());
  }

  private static List<Prediction> predictions(Inference inference) {
    return inference.predictions().stream()
        .map(p -> new Prediction(p.classIndex(), p.label(), p.score()))
        .toList();
  }
}
