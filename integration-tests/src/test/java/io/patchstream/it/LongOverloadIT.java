package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link OverloadIT} shows, for minutes: {@code mvn -Pfaults verify -Dit.test=LongOverloadIT
 * -Doverload.seconds=60 -Doverload.tiny=1000000}. Ten times the capacity, which is measured first,
 * for so many seconds; and so many images of 300 bytes at once.
 */
@ExtendWith(Services.class)
class LongOverloadIT {

  private static final int CLASSES = 1_024;
  private static final int LARGE_BYTES = 300_000;
  private static final int TIMES = 10;

  /** A JVM that has just started does not know yet what it can do. */
  private static final Duration WARMING = Duration.ofSeconds(75);

  private final List<byte[]> pictures =
      IntStream.range(0, CLASSES).mapToObj(number -> NumberedPicture.of(number).png()).toList();

  @Test
  @EnabledIfSystemProperty(named = "overload.seconds", matches = "\\d+")
  void tenTimesTheCapacity(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    int seconds = Integer.getInteger("overload.seconds");
    NumberedVit.of(CLASSES).withCellPatches(2).withSize(192, 8, 768).writeTo(model);
    IntFunction<ImageEvent> mixed = number -> event(number, number % TIMES == 0);
    try (OverloadRun run = new OverloadRun(kafka, registry, "ten-times", model, CLASSES)) {
      double capacity = run.capacity(mixed, WARMING);
      int images = (int) (TIMES * capacity * seconds);
      double sending = run.burst(mixed, images, Duration.ofSeconds(seconds));
      assertThat(run.lag()).as("what waits in the topic").isGreaterThan(images / 2);
      run.awaitResults(Duration.ofSeconds(60 + 3L * TIMES * seconds));
      System.out.printf(
          "overload: capacity %.0f images a second; %d, every tenth of %d bytes, in %.0f s are %.1f"
              + " times that%n",
          capacity, images, LARGE_BYTES, sending, images / sending / capacity);
      System.out.printf(
          "overload: afterwards %.0f a second%n", run.capacity(mixed, Duration.ofSeconds(30)));
      run.assertExact();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "overload.tiny", matches = "\\d+")
  void manyTinyOnes(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    int images = Integer.getInteger("overload.tiny");
    NumberedVit.of(CLASSES).writeTo(model);
    try (OverloadRun run = new OverloadRun(kafka, registry, "tiny", model, CLASSES)) {
      double sending = run.burst(number -> event(number, false), images, Duration.ZERO);
      run.awaitResults(Duration.ofSeconds(60 + images / 200));
      System.out.printf("overload: %d tiny images sent in %.0f s%n", images, sending);
      run.assertExact();
    }
  }

  /** Whatever follows the end of a PNG is no part of it. */
  private ImageEvent event(int number, boolean large) {
    byte[] picture = pictures.get(number % CLASSES);
    return Fate.event(number, large ? Arrays.copyOf(picture, LARGE_BYTES) : picture).build();
  }
}
