package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than a process can take: everything at once, an event of 50 MB among it. The lag grows, the
 * memory does not, and in the end every image has its label. More of them: {@code
 * -Dpatchstream.overload.tiny=1000000}, {@code -Dpatchstream.overload.large=20000}.
 */
@ExtendWith(Services.class)
class OverloadIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String INPUT = "overload-large-images";
  private static final int PARTITIONS = 3;
  private static final int HEAP_MB = 320;

  /** What a process may take besides its heap for images, in bytes. */
  private static final long NATIVE = 200_000_000;

  /** Images of the size of photographs: more than the heap holds by far. */
  private static final int LARGE = Integer.getInteger("patchstream.overload.large", 1_500);

  private static final int LARGE_BYTES = 300_000;
  private static final int TINY = Integer.getInteger("patchstream.overload.tiny", 500);
  private static final int HUGE_BYTES = 50_000_000;

  @Test
  void theLagGrowsAndTheMemoryDoesNot(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    int count = LARGE + TINY;
    NumberedVit.of(count).withSize(256, 8, 1024).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "overload", PARTITIONS, model);
        CommittedReader results = kafka.reader(pipeline.labels(), pipeline.failures());
        Producer<byte[], byte[]> producer = producer(kafka)) {
      kafka.topics().create(INPUT, PARTITIONS, Map.of("max.message.bytes", "60000000"));
      pipeline
          .with("patchstream.input.topics", INPUT)
          .with("patchstream.embeddings.topic", "")
          .with("patchstream.in.flight.max.bytes", "16000000");
      ProcessorProcess processor =
          pipeline.processor().withJavaOptions("-Xmx" + HEAP_MB + "m").start();
      processor.awaitLog("Ready", LONG);
      long atReady = processor.rssAnonBytes();

      long started = System.nanoTime();
      send(pipeline, producer, count);
      double sentSeconds = (System.nanoTime() - started) / 1e9;
      long lag = lag(kafka);
      long peak = processor.rssAnonBytes();
      while (results.records().size() <= count) {
        results.awaitRecords(Math.min(count + 1, results.records().size() + 250), LONG);
        peak = Math.max(peak, processor.rssAnonBytes());
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      assertThat(processor.terminate(LONG)).isZero();
      results.readToEnd(LONG);
      System.out.printf(
          "OverloadIT: %d images and %d MB in %.1f s, done in %.1f s: %.1f times as fast as they"
              + " were done; lag %d when all were sent; RssAnon %d MB at ready, %d MB at most%n",
          count,
          (long) LARGE * LARGE_BYTES / 1_000_000,
          sentSeconds,
          seconds,
          seconds / sentSeconds,
          lag,
          atReady / 1_000_000,
          peak / 1_000_000);

      new NumberedImages(pipeline, count).assertLabelledOnce(results.records(pipeline.labels()));
      assertThat(results.records(pipeline.failures()))
          .singleElement()
          .satisfies(
              failure ->
                  assertThat(pipeline.failure(failure).getReason())
                      .isEqualTo(FailureReason.TOO_MANY_BYTES));
      assertThat(lag).as("what waits in the topic").isGreaterThan(count / 4);
      assertThat(peak).as("memory").isLessThan(atReady + HEAP_MB * 1_000_000L + NATIVE);
    }
  }

  /** Large and tiny ones in turn, a huge one when half of them are sent. */
  private static void send(Pipeline pipeline, Producer<byte[], byte[]> producer, int count)
      throws Exception {
    for (int number = 0; number < count; number++) {
      boolean large = (long) number * LARGE % count < LARGE;
      byte[] picture = NumberedPicture.of(number).png();
      // Whatever follows the end of a PNG is no part of it.
      send(
          pipeline,
          producer,
          number,
          Integer.toString(number),
          large ? Arrays.copyOf(picture, LARGE_BYTES) : picture);
      if (number == count / 2) {
        send(pipeline, producer, number, "huge", new byte[HUGE_BYTES]);
      }
    }
    producer.flush();
  }

  private static void send(
      Pipeline pipeline, Producer<byte[], byte[]> producer, int number, String key, byte[] content)
      throws Exception {
    ImageEvent event =
        ImageEvent.newBuilder().setImageId(key).setContent(ByteBuffer.wrap(content)).build();
    var sent =
        producer.send(
            new ProducerRecord<>(
                INPUT, number % PARTITIONS, key.getBytes(UTF_8), pipeline.bytes(event)));
    if (content.length == HUGE_BYTES) {
      sent.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static Producer<byte[], byte[]> producer(KafkaCluster kafka) {
    return kafka.producer(
        Map.of("max.request.size", 60_000_000, "buffer.memory", 120_000_000L, "linger.ms", 5));
  }

  private static long lag(KafkaCluster kafka) {
    var committed = kafka.topics().committed("overload");
    return kafka.topics().endOffsets(INPUT).entrySet().stream()
        .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }
}
