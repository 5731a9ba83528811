package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.it.BrokenInputs.Broken;
import io.patchstream.schemas.ImageFailure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is sent, it costs itself alone, and its dead letter says what was wrong with it. */
@ExtendWith(Services.class)
class BrokenInputIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PARTITIONS = 3;
  private static final int GOOD = 200;
  private static final int MAX_ORIGINAL_BYTES = 50_000;

  @TempDir Path model;

  /** A broken input that was sent, and where it lies. */
  private record Sent(Broken broken, ProducerRecord<byte[], byte[]> record, RecordMetadata at) {}

  @Test
  void twentyAmongTwoHundredGoodOnes(KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    NumberedVit.of(GOOD + 1).writeTo(model);
    String labels = "broken-small-labels";
    String limit = Integer.toString(BrokenInputs.MAX_LABEL_BYTES);
    kafka.topics().create(labels, PARTITIONS, Map.of("max.message.bytes", limit));
    try (Pipeline pipeline = new Pipeline(kafka, registry, "broken", PARTITIONS, model);
        CommittedReader results =
            kafka.reader(labels, pipeline.embeddings(), pipeline.failures())) {
      pipeline.with("patchstream.labels.topic", labels);
      ProcessorProcess processor = processor(pipeline).start();
      NumberedImages good = new NumberedImages(pipeline, GOOD + 1);

      Map<String, Sent> sent = sendAmong(good, BrokenInputs.of(pipeline, registry), pipeline);
      assertThat(sent).hasSize(20);
      results.awaitRecords(2 * GOOD + 20, SOON);
      good.send(GOOD, GOOD + 1, NumberedPicture::jpeg);
      results.awaitRecords(2 * GOOD + 20 + 2, SOON);
      assertThat(processor.terminate(SOON)).isZero();
      results.readToEnd(SOON);

      good.assertLabelledOnce(results.records(labels));
      good.assertEachOnceInOrder(results.records(pipeline.embeddings()));
      List<ConsumerRecord<byte[], byte[]>> failures = results.records(pipeline.failures());
      assertThat(failures).hasSize(20);
      for (ConsumerRecord<byte[], byte[]> failure : failures) {
        Sent input = sent.remove(new String(failure.key(), UTF_8));
        assertThat(input).as("an input that has no failure yet").isNotNull();
        assertSays(input, pipeline.failure(failure));
        assertCarries(input, pipeline.failure(failure), failure);
      }
    }
  }

  private static ProcessorProcess processor(Pipeline pipeline) {
    return pipeline
        .with("patchstream.resolution", "event")
        .with("patchstream.image.max.tokens", Integer.toString(BrokenInputs.MAX_TOKENS))
        .with("patchstream.image.max.bytes", Integer.toString(BrokenInputs.MAX_IMAGE_BYTES))
        .with("patchstream.dead.letter.max.bytes", Integer.toString(MAX_ORIGINAL_BYTES))
        .processor();
  }

  /** Ten good ones, then a broken one, and so on; by their kinds. */
  private static Map<String, Sent> sendAmong(
      NumberedImages good, List<Broken> inputs, Pipeline pipeline) throws Exception {
    Map<String, Sent> sent = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      good.send(10 * i, 10 * i + 10, NumberedPicture::png);
      Broken broken = inputs.get(i);
      byte[] kind = broken.kind().getBytes(UTF_8);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              pipeline.images(),
              i % PARTITIONS,
              System.currentTimeMillis() - 1_000 - i,
              kind,
              broken.value());
      record.headers().add("kind", kind).add("kind", new byte[0]);
      RecordMetadata at = pipeline.send(record).get(30, TimeUnit.SECONDS);
      sent.put(broken.kind(), new Sent(broken, record, at));
    }
    return sent;
  }

  private static void assertSays(Sent sent, ImageFailure failure) {
    Broken broken = sent.broken();
    assertThat(failure.getReason()).as(broken.kind()).isEqualTo(broken.reason());
    assertThat(failure.getMessage()).as(broken.kind()).contains(broken.says());
    assertThat(failure.getImageId()).isEqualTo(broken.readable() ? broken.kind() : null);
    assertThat(failure.getTopic()).isEqualTo(sent.at().topic());
    assertThat(failure.getPartition()).isEqualTo(sent.at().partition());
    assertThat(failure.getOffset()).isEqualTo(sent.at().offset());
    assertThat(failure.getFailedAt())
        .isBetween(Instant.ofEpochMilli(sent.record().timestamp()), Instant.now());
    boolean kept = broken.value() != null && broken.value().length <= MAX_ORIGINAL_BYTES;
    assertThat(failure.getOriginal())
        .as(broken.kind())
        .isEqualTo(kept ? ByteBuffer.wrap(broken.value()) : null);
  }

  /** The input's own headers, then those of KIP-1034. */
  private static void assertCarries(
      Sent sent, ImageFailure failure, ConsumerRecord<byte[], byte[]> record) {
    assertThat(record.timestamp()).isEqualTo(sent.record().timestamp());
    Header[] headers = record.headers().toArray();
    Header[] own = sent.record().headers().toArray();
    assertThat(Arrays.copyOf(headers, own.length)).containsExactly(own);
    Map<String, String> added = new HashMap<>();
    for (Header header : Arrays.copyOfRange(headers, own.length, headers.length)) {
      added.put(header.key(), new String(header.value(), UTF_8));
    }
    String exception = added.remove("__streams.errors.exception");
    assertThat(exception).endsWith("Exception");
    assertThat(added.remove("__streams.errors.stacktrace")).startsWith(exception);
    assertThat(added)
        .containsOnly(
            Map.entry("__streams.errors.message", failure.getMessage()),
            Map.entry("__streams.errors.topic", failure.getTopic()),
            Map.entry("__streams.errors.partition", Integer.toString(failure.getPartition())),
            Map.entry("__streams.errors.offset", Long.toString(failure.getOffset())),
            Map.entry("__patchstream.errors.reason", failure.getReason().name()));
  }
}
