package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that takes seconds for an image, many partitions on one thread and a backlog: a stream
 * thread that waited for the model would be fenced or dropped from the group, and redo the same
 * images for ever.
 */
@ExtendWith(Services.class)
class SlowEngineIT {

  private static final int PARTITIONS = 24;
  private static final int COUNT = 960;

  /** 60 layers over 10 001 tokens: about 0.2 images a second on two cores. */
  private static final int LAYERS = 60;

  private static final Duration WATCHED = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void neitherFencedNorDroppedAndTheChangelogStaysSmall(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    NumberedVit.slow(COUNT, LAYERS).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "slow", PARTITIONS, model);
        CommittedReader results = pipeline.results()) {
      pipeline
          .with("patchstream.batch.max.size", "1")
          .with("patchstream.image.max.tokens", "20000");
      NumberedImages images = new NumberedImages(pipeline, COUNT);
      images.send(picture -> picture.withScale(4).withNoise(3).png());
      ProcessorProcess processor = pipeline.processor().start().awaitRunning(LONG);
      Set<String> members = kafka.topics().memberIds("slow");
      long started = System.nanoTime();
      results.awaitRecords(2, LONG);
      Thread.sleep(Math.max(0, WATCHED.toMillis() - (System.nanoTime() - started) / 1_000_000));

      processor.assertAlive("while it was watched");
      assertThat(kafka.topics().memberIds("slow")).as("nobody was dropped").isEqualTo(members);
      assertThat(processor.log()).doesNotContain("fenced", "Exception");
      processor.kill();
      int done = results.readToEnd(LONG).size() / 2;
      Map<String, Long> bytes = kafka.topics().bytes();
      long changelog = bytes.get("slow-resume-marks-changelog");
      long input = bytes.get(pipeline.images());
      System.out.printf(
          "SlowEngineIT: %d images in %d s; changelog %,d bytes for %,d bytes of input (%.2f %%)%n",
          done, WATCHED.toSeconds(), changelog, input, 100.0 * changelog / input);
      assertThat(changelog).isLessThanOrEqualTo(input / 100);
    }
  }
}
