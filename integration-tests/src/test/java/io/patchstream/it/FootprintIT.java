package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.RandomVit;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model of ViT-B/16's size: how soon it is ready, and how much memory it takes. */
@ExtendWith(Services.class)
class FootprintIT {

  private static final long WEIGHT_BYTES = 346L * 1_000_000;
  private static final long LIMIT_BYTES = WEIGHT_BYTES * 13 / 10 + 400_000_000;
  private static final int IMAGES = 100;
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void theWeightsAreInMemoryOnce(KafkaBroker kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    RandomVit.BASE_16.writeTo(model, 1);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "footprint", 4, model);
        CommittedReader results = pipeline.results()) {
      long started = System.nanoTime();
      ProcessorProcess processor = pipeline.processor().withJavaOptions("").start();
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
          readyMillis,
          atReady / 1_000_000,
          afterwards / 1_000_000,
          IMAGES,
          LIMIT_BYTES / 1_000_000);
      assertThat(Math.max(atReady, afterwards)).isLessThanOrEqualTo(LIMIT_BYTES);
    }
  }
}
