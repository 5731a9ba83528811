package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Services.class)
class DeliveryIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  @TempDir Path model;

  @Test
  void everyNumberHasOneLabelAndOneEmbedding(KafkaBroker kafka, SchemaRegistry registry)
      throws IOException {
    NumberedVit.of(600).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "delivery", 4, model);
        CommittedReader results = pipeline.results()) {
      NumberedImages images = new NumberedImages(pipeline, 600);
      ProcessorProcess processor = pipeline.processor().start().awaitRunning(SOON);
      images.send(0, 300, NumberedPicture::png);
      images.send(300, 600, picture -> picture.withScale(4).withNoise(3).jpeg());

      results.awaitRecords(2 * 600, SOON);
      assertThat(processor.terminate(SOON)).isZero();
      results.readToEnd(SOON);

      images.assertLabelledOnce(results.records(pipeline.labels()));
      images.assertEachOnceInOrder(results.records(pipeline.embeddings()));
      assertThat(results.records(pipeline.failures())).isEmpty();
    }
  }
}
