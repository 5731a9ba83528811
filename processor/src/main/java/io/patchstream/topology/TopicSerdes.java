package io.patchstream.topology;

import io.patchstream.config.InputFormat;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.serdes.EventSerdes;
import io.patchstream.schemas.serdes.RecordDeserializer;
import io.patchstream.schemas.serdes.RegistryErrors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What reads and writes the values of the topics. The schemas of the outputs are registered, or
 * looked up, and those of the input fetched, before the stream starts: from then on they are
 * cached, and a registry that goes away stops nothing, whoever takes a partition over meanwhile. An
 * event of a schema that was registered later waits.
 *
 * @param events of the input topics
 * @param labels of the labels topic
 * @param embeddings of the embeddings topic
 * @param failures of the dead letter topic
 */
record TopicSerdes(
    Deserializer<ImageEvent> events,
    Serializer<ImageClassification> labels,
    Serializer<ImageEmbedding> embeddings,
    Serializer<ImageFailure> failures) {

  /**
   * Makes the serdes and their schemas known.
   *
   * @throws StreamFailedException if the registry does not answer or does not take a schema
   */
  static TopicSerdes open(StreamOptions options) throws StreamFailedException {
    Map<String, Object> client = options.client();
    try {
      RecordDeserializer<ImageEvent> events = EventSerdes.imageEventDeserializer(client);
      TopicSerdes serdes =
          new TopicSerdes(
              events,
              EventSerdes.imageClassification(client).serializer(),
              EventSerdes.imageEmbedding(client).serializer(),
              EventSerdes.imageFailure(client).serializer());
      ModelInfo model = new ModelInfo("", "", "");
      if (options.labelsTopic().isPresent()) {
        makeKnown(serdes.labels, options.labelsTopic().get(), emptyLabels(model));
      }
      if (options.embeddingsTopic().isPresent()) {
        makeKnown(serdes.embeddings, options.embeddingsTopic().get(), emptyEmbedding(model));
      }
      makeKnown(serdes.failures, options.deadLetterTopic(), emptyFailure());
      if (options.inputFormat() == InputFormat.AVRO) {
        options.inputTopics().forEach(events::fetchSchemas);
      }
      return serdes;
    } catch (ConfigException e) {
      throw new StreamFailedException(
          "Correct the settings of the schema registry's client: " + e.getMessage() + ".", e);
    } catch (KafkaException e) {
      throw new StreamFailedException(sentence(e, client), e);
    }
  }

  private static String sentence(KafkaException error, Map<String, Object> client) {
    String registry = "the schema registry at " + client.get("schema.registry.url");
    String reason =
        " (" + (error.getCause() == null ? error : error.getCause()).getMessage() + ").";
    return TlsFailure.explain(error, registry, client, "schema.registry.")
        .orElseGet(
            () ->
                "T"
                    + registry.substring(1)
                    + (RegistryErrors.isRefusal(error)
                        ? " does not let this user in: check basic.auth.credentials.source and"
                            + " basic.auth.user.info, and what the user may do there"
                        : RegistryErrors.isRetriable(error)
                            ? " cannot be used: check that it runs, schema.registry.url and its"
                                + " credentials"
                            : " did not take the schemas of the output topics: with"
                                + " auto.register.schemas=false register them first, else make"
                                + " their subjects compatible")
                    + reason);
  }

  /**
   * Processors that start together register together, and some registries (Apicurio) tell all but
   * the first of a conflict: asked again, they find what the first has registered.
   */
  private static <T> void makeKnown(Serializer<T> serializer, String topic, T record) {
    try {
      serializer.serialize(topic, record);
    } catch (KafkaException e) {
      if (RegistryErrors.isRetriable(e)) {
        throw e;
      }
      serializer.serialize(topic, record);
    }
  }

  private static ImageClassification emptyLabels(ModelInfo model) {
    return ImageClassification.newBuilder()
        .setImageId("")
        .setModel(model)
        .setActivation(Activation.SOFTMAX)
        .setPredictions(List.of())
        .setImageWidth(1)
        .setImageHeight(1)
        .setGridHeight(1)
        .setGridWidth(1)
        .setClassifiedAt(Instant.EPOCH)
        .build();
  }

  private static ImageEmbedding emptyEmbedding(ModelInfo model) {
    return ImageEmbedding.newBuilder()
        .setEmbeddingId("")
        .setImageId("")
        .setModel(model)
        .setVector(List.of())
        .setDimension(0)
        .setKind(EmbeddingKind.CLASS_TOKEN)
        .setNormalised(false)
        .setPreprocessingId("")
        .build();
  }

  private static ImageFailure emptyFailure() {
    return ImageFailure.newBuilder()
        .setReason(FailureReason.OTHER)
        .setMessage("")
        .setTopic("")
        .setPartition(0)
        .setOffset(0)
        .setFailedAt(Instant.EPOCH)
        .build();
  }
}
