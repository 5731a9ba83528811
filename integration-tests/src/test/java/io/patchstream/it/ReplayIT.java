package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What failed is sent again after a fix: each once, whatever happens to the one who sends. */
@ExtendWith(Services.class)
class ReplayIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PARTITIONS = 3;
  private static final String SMALL = "replays-small-images";

  @TempDir Path folder;

  /**
   * Every third number refers to a file that is not there yet, every third is over the limit, and
   * too large for its failure record: it comes from the input topic, which has lost the first.
   */
  @Test
  void whatFailedIsClassifiedAfterTheFix(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    int count = 30;
    Path model = NumberedVit.of(count).writeTo(Files.createDirectory(folder.resolve("model")));
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    try (Pipeline pipeline = new Pipeline(kafka, registry, "replay", PARTITIONS, model);
        CommittedReader results = pipeline.results()) {
      pipeline
          .with("patchstream.content.uri.prefixes", pictures.toUri().toString())
          .with("patchstream.dead.letter.max.bytes", "1000")
          .with("patchstream.image.max.bytes", "2000");
      ProcessorProcess before = pipeline.processor().start();
      send(pipeline, pictures, count);
      results.awaitRecords(2 * count / 3 + 2 * count / 3, SOON);
      assertThat(before.terminate(SOON)).isZero();
      assertThat(failures(pipeline, results))
          .isEqualTo(
              Map.of(FailureReason.FETCH_FAILED, 10, FailureReason.TOO_MANY_BYTES, count / 3));
      kafka.topics().deleteRecords(new TopicPartition(pipeline.images(), 2), 1);

      for (int number = 1; number < count; number += 3) {
        Files.write(pictures.resolve(number + ".png"), NumberedPicture.of(number).png());
      }
      replay(kafka, pipeline);

      pipeline.with("patchstream.image.max.bytes", "20000000");
      ProcessorProcess after = pipeline.processor().start();
      results.awaitRecords(2 * count / 3 + 2 * count / 3 + 2 * (2 * count / 3 - 1), SOON);
      assertThat(after.terminate(SOON)).isZero();
      results.readToEnd(SOON);
      List<ConsumerRecord<byte[], byte[]>> labels = results.records(pipeline.labels());
      assertThat(labels.stream().map(label -> Integer.valueOf(new String(label.key(), UTF_8))))
          .as("all but the one that is gone, each once")
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, count).filter(n -> n != 2).boxed().toList());
      for (ConsumerRecord<byte[], byte[]> label : labels) {
        assertThat(pipeline.label(label).getPredictions().get(0).getLabel())
            .isEqualTo(new String(label.key(), UTF_8));
        assertThat(label.headers().toArray())
            .extracting(Header::key)
            .startsWith("sent")
            .noneMatch(key -> key.contains("errors"));
      }
    }
  }

  private static void replay(KafkaCluster kafka, Pipeline pipeline) {
    Map<TopicPartition, Long> ends = kafka.topics().endOffsets(pipeline.images());
    Command dry = Command.run(pipeline, "replay", "--reason", "FETCH_FAILED", "--dry-run");
    assertThat(dry.exitCode()).as(dry.toString()).isZero();
    assertThat(dry.row("FETCH_FAILED")).containsExactly(10, 0, 0, 0, 0);
    assertThat(dry.row("TOO_MANY_BYTES")).containsExactly(0, 0, 10, 0, 0);
    assertThat(kafka.topics().endOffsets(pipeline.images())).isEqualTo(ends);

    Command future =
        Command.run(pipeline, "replay", "--from", Instant.now().plusSeconds(60).toString());
    assertThat(future.row("all")).containsExactly(0, 0, 20, 0, 0);
    Command fetched = Command.run(pipeline, "replay", "--reason", "fetch_failed");
    assertThat(fetched.row("all")).containsExactly(10, 0, 10, 0, 0);
    Command all = Command.run(pipeline, "replay");
    assertThat(all.row("TOO_MANY_BYTES")).containsExactly(9, 0, 0, 1, 0);
    assertThat(all.exitCode()).isEqualTo(1);
    assertThat(all.err())
        .contains(
            "(TOO_MANY_BYTES) is gone: it has no bytes of its own, and replay-images-2 has no longer"
                + " its record at offset 0");
    Command again = Command.run(pipeline, "replay");
    assertThat(again.exitCode()).as(again.toString()).isZero();
    assertThat(again.row("all")).containsExactly(0, 0, 0, 0, 0);
    assertThat(Command.run(pipeline, "replay", "--reason", "NEVER").exitCode()).isEqualTo(2);
  }

  /** A process that stands still while another one replays, and goes on then, sends nothing. */
  @Test
  void ofTwoReplaysOneSends(KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    int count = 2_500;
    kafka.topics().create(SMALL, PARTITIONS, Map.of("max.message.bytes", "2000"));
    try (Pipeline pipeline = new Pipeline(kafka, registry, "replays", PARTITIONS, folder);
        Failures failures = new Failures(kafka, registry, pipeline.failures());
        CommittedReader input = kafka.reader(SMALL)) {
      pipeline.with("patchstream.input.topics", SMALL);
      for (int number = 0; number < count; number++) {
        failures.send(SMALL, number, Integer.toString(number).getBytes(UTF_8));
      }
      failures.send(SMALL, count, new byte[3_000]);
      failures.send("another-application-images", 0, new byte[1]);
      failures.send(new byte[] {1, 2, 3});
      try (ChildProcess paused = Command.start(pipeline, "replay")) {
        Await.until(
            SOON,
            () -> "nothing was sent\n" + paused.tail(),
            () -> paused.failIfEnded("unpaused") || written(kafka) > 0);
        paused.pause();
        assertThat(written(kafka)).as("it is not done yet").isLessThan(count);

        Command other = Command.run(pipeline, "replay");
        assertThat(other.exitCode()).as(other.toString()).isEqualTo(1);
        assertThat(other.err().lines())
            .satisfiesExactly(
                tooLarge -> assertThat(tooLarge).contains("replays-small-images takes 2000 bytes"),
                foreign -> assertThat(foreign).startsWith("2 records of the dead letter topic"));
        paused.resume();
        assertThat(paused.awaitExit(SOON)).isEqualTo(1);
        assertThat(paused.log()).contains("another replay of this application has begun");
      }
      kafka.topics().configure(SMALL, "max.message.bytes", "4000");
      assertThat(Command.run(pipeline, "replay").row("all")).startsWith(1);
      assertThat(Command.run(pipeline, "replay").row("all")).startsWith(0);
      input.readToEnd(SOON);
      Map<String, Integer> seen = new HashMap<>();
      input.records().forEach(sent -> seen.merge(new String(sent.value(), UTF_8), 1, Integer::sum));
      assertThat(seen).hasSize(count + 1).allSatisfy((number, times) -> assertThat(times).isOne());
    }
  }

  private static void send(Pipeline pipeline, Path pictures, int count) {
    for (int number = 0; number < count; number++) {
      String name = Integer.toString(number);
      NumberedPicture picture = NumberedPicture.of(number);
      ImageEvent.Builder event = ImageEvent.newBuilder().setImageId(name);
      switch (number % 3) {
        case 0 -> event.setContent(ByteBuffer.wrap(picture.png()));
        case 1 -> event.setContentUri(pictures.resolve(name + ".png").toUri().toString());
        default -> event.setContent(ByteBuffer.wrap(picture.withScale(4).withNoise(20).png()));
      }
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              pipeline.images(),
              number % PARTITIONS,
              name.getBytes(UTF_8),
              pipeline.bytes(event.build()));
      record.headers().add("sent", new byte[] {1});
      pipeline.send(record);
    }
    pipeline.flush();
  }

  /** Writes the dead letter topic, as a processor would. */
  private static final class Failures implements AutoCloseable {

    private final String topic;
    private final Serializer<ImageFailure> serializer;
    private final Producer<byte[], byte[]> producer;

    Failures(KafkaCluster kafka, SchemaRegistry registry, String topic) {
      this.topic = topic;
      serializer =
          EventSerdes.imageFailure(Map.of("schema.registry.url", registry.url())).serializer();
      producer = kafka.producer(Map.of("linger.ms", 20));
    }

    void send(String input, int number, byte[] original) {
      ImageFailure failure =
          ImageFailure.newBuilder()
              .setReason(FailureReason.OTHER)
              .setMessage("")
              .setTopic(input)
              .setPartition(number % PARTITIONS)
              .setOffset(number)
              .setFailedAt(Instant.EPOCH)
              .setOriginal(ByteBuffer.wrap(original))
              .build();
      send(serializer.serialize(topic, failure));
    }

    void send(byte[] value) {
      producer.send(new ProducerRecord<>(topic, value));
    }

    @Override
    public void close() {
      producer.close();
      serializer.close();
    }
  }

  private static Map<FailureReason, Integer> failures(Pipeline pipeline, CommittedReader results) {
    Map<FailureReason, Integer> reasons = new HashMap<>();
    results
        .records(pipeline.failures())
        .forEach(record -> reasons.merge(pipeline.failure(record).getReason(), 1, Integer::sum));
    return reasons;
  }

  private static long written(KafkaCluster kafka) {
    return kafka.topics().endOffsets(SMALL).values().stream().mapToLong(Long::longValue).sum();
  }
}
