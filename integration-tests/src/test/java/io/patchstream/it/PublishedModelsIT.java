package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A checkpoint of each family, as it is published, through {@code run}: from the bytes of pictures
 * to what the model's own framework says of them.
 */
@ExtendWith(Services.class)
class PublishedModelsIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final float TOLERANCE = 1e-4f;
  private static final String FILE = GoldenFiles.OF_PICTURE;

  /** A process a checkpoint: it shall rather start than run fast. */
  private static final String QUICK_START = "-Xmx512m -XX:TieredStopAtLevel=1";

  private static final String LOGITS = "/logits";
  private static final String EMBEDDING = "/cls_embedding";

  @TempDir Path folder;

  static List<String> checkpoints() {
    return GoldenFiles.checkpoints();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void saysWhatItsFrameworkSays(String checkpoint, KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    Path model = Files.createDirectory(folder.resolve(checkpoint));
    GoldenFiles.writeCheckpoint(checkpoint, model);
    try (SafetensorsFile reference = SafetensorsFile.open(model.resolve(GoldenFiles.CASES));
        Pipeline pipeline = new Pipeline(kafka, registry, "golden-" + checkpoint, 1, model);
        CommittedReader results = pipeline.results()) {
      List<String> pictures = pictures(reference);
      boolean labels = reference.tensors().containsKey(FILE + pictures.get(0) + LOGITS);
      ProcessorProcess processor =
          pipeline
              .with("patchstream.top.k", "1000")
              .processor()
              .withJavaOptions(QUICK_START)
              .start();
      for (String picture : pictures) {
        pipeline.sendEvent(0, picture, GoldenFiles.picture(picture));
      }
      results.awaitRecords(pictures.size() * (labels ? 2 : 1), SOON);
      assertThat(processor.terminate(SOON)).isZero();
      results.readToEnd(SOON);

      assertThat(processor.log().contains("without a head: embeddings only")).isEqualTo(!labels);
      assertThat(results.records(pipeline.failures())).isEmpty();
      assertThat(results.records(pipeline.labels())).hasSize(labels ? pictures.size() : 0);
      for (ConsumerRecord<byte[], byte[]> record : results.records(pipeline.labels())) {
        assertLabelled(pipeline.label(record), reference);
      }
      assertThat(results.records(pipeline.embeddings())).hasSameSizeAs(pictures);
      for (ConsumerRecord<byte[], byte[]> record : results.records(pipeline.embeddings())) {
        assertEmbedded(pipeline.embedding(record), reference);
      }
    }
  }

  private static List<String> pictures(SafetensorsFile reference) {
    return reference.tensors().keySet().stream()
        .filter(tensor -> tensor.startsWith(FILE) && tensor.endsWith(EMBEDDING))
        .map(tensor -> tensor.substring(FILE.length(), tensor.length() - EMBEDDING.length()))
        .toList();
  }

  /** All classes in the order of the reference's logits, with their scores. */
  private static void assertLabelled(ImageClassification label, SafetensorsFile reference)
      throws IOException {
    double[] scores =
        scores(reference.floats(FILE + label.getImageId() + LOGITS), label.getActivation());
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(index -> -scores[index]))
            .toList();
    assertThat(label.getPredictions()).extracting(Prediction::getClassIndex).isEqualTo(order);
    for (Prediction prediction : label.getPredictions()) {
      assertThat((double) prediction.getScore())
          .isCloseTo(scores[prediction.getClassIndex()], within((double) TOLERANCE));
    }
  }

  private static void assertEmbedded(ImageEmbedding embedding, SafetensorsFile reference)
      throws IOException {
    float[] expected = reference.floats(FILE + embedding.getImageId() + EMBEDDING);
    assertThat(embedding.getVector()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(embedding.getVector().get(i)).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static double[] scores(float[] logits, Activation activation) {
    double[] exponents =
        IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i])).toArray();
    double sum = IntStream.range(0, logits.length).mapToDouble(i -> exponents[i]).sum();
    return IntStream.range(0, logits.length)
        .mapToDouble(
            i ->
                activation == Activation.SIGMOID
                    ? exponents[i] / (1 + exponents[i])
                    : exponents[i] / sum)
        .toArray();
  }
}
