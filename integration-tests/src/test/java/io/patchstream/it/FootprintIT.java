package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.RandomVit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How soon a model is ready, and how much memory it takes. */
@ExtendWith(Services.class)
class FootprintIT {

  private static final int IMAGES = 100;
  private static final Duration LONG = Duration.ofMinutes(5);

  @Test
  void theWeightsAreInMemoryOnce(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    RandomVit.BASE_16.writeTo(model, 1);
    long limit = 346L * 1_000_000 * 13 / 10 + 400_000_000;
    measure(new Pipeline(kafka, registry, "footprint", 4, model), "", limit);
  }

  /** Weights of a byte: what they were made of and held against is given back. */
  @Test
  void int8IsAQuarterOfTheWeights(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    RandomVit.BASE_16.writeTo(model, 1);
    long limit = 346L * 1_000_000 / 4 * 13 / 10 + 400_000_000;
    Pipeline pipeline = new Pipeline(kafka, registry, "int8", 4, model);
    measure(pipeline.with("patchstream.precision", "int8"), "", limit);
  }

  /**
   * 25 blocks of ViT-g, 2.5 GB in float32, in a process whose heap has no room for them. Takes as
   * much disk and twice as much memory: {@code -Dpatchstream.large=true} asks for it.
   */
  @Test
  @EnabledIfSystemProperty(named = "patchstream.large", matches = "true")
  void weightsBeyondTwoGigabytesStayOffTheHeap(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    new RandomVit(1408, 25, 16, 6144).writeTo(model, 1);
    long limit = Files.size(model.resolve("model.safetensors")) * 12 / 10 + 400_000_000;
    measure(new Pipeline(kafka, registry, "large", 4, model), "-Xmx512m", limit);
  }

  private static void measure(Pipeline opened, String javaOptions, long limit) throws Exception {
    try (Pipeline pipeline = opened;
        CommittedReader results = pipeline.results()) {
      long started = System.nanoTime();
      ProcessorProcess processor = pipeline.processor().withJavaOptions(javaOptions).start();
      processor.awaitLog("Ready", LONG);
      long readyMillis = (System.nanoTime() - started) / 1_000_000;
      long atReady = processor.rssAnonBytes();
      byte[] picture = NumberedPicture.of(7).withScale(12).withNoise(20).jpeg();
      for (int image = 0; image < IMAGES; image++) {
        pipeline.sendEvent(image % pipeline.partitions(), "i" + image, picture);
      }
      results.awaitRecords(2 * IMAGES, LONG);
      long afterwards = processor.rssAnonBytes();
      System.out.printf(
          "FootprintIT: ready after %d ms; RssAnon %d MB at ready, %d MB after %d images, limit %d"
              + " MB%n",
          readyMillis, atReady / 1_000_000, afterwards / 1_000_000, IMAGES, limit / 1_000_000);
      assertThat(Math.max(atReady, afterwards)).isLessThanOrEqualTo(limit);
    }
  }
}
