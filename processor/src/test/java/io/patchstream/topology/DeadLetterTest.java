package io.patchstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageFailure;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** An original as it is sent again. */
class DeadLetterTest {

  private static final byte[] KEY = {1, 2};
  private static final byte[] VALUE = {7, 8, 9};

  @Test
  void keyHeadersAndPartitionAreThoseOfTheOriginal() {
    ProducerRecord<byte[], byte[]> again =
        deadLetter(99, VALUE, "trace", "__streams.errors.topic", "__patchstream.errors.reason")
            .original();

    assertThat(again.topic()).isEqualTo("images");
    assertThat(again.partition()).isEqualTo(5);
    assertThat(again.key()).isEqualTo(KEY);
    assertThat(again.value()).isEqualTo(VALUE);
    assertThat(again.timestamp()).as("the time of the sending").isNull();
    assertThat(headers(again))
        .containsExactly(
            "trace=x",
            "__patchstream.replay.of=failures-1-17",
            "__patchstream.replay.timestamp=99");
  }

  @Test
  void headersDoNotGrowFromReplayToReplay() {
    ProducerRecord<byte[], byte[]> once =
        deadLetter(99, VALUE, "trace", "__streams.errors.topic").original();
    Headers failedAgain = new RecordHeaders(once.headers());
    failedAgain.add("__streams.errors.topic", "images".getBytes(UTF_8));

    ProducerRecord<byte[], byte[]> twice =
        new DeadLetter(record("failures", 18, 500, VALUE, failedAgain), failure(VALUE)).original();

    assertThat(headers(twice))
        .containsExactly(
            "trace=x",
            "__patchstream.replay.of=failures-1-18",
            "__patchstream.replay.timestamp=99");
  }

  @Test
  void whatItDoesNotHoldComesFromItsSource() {
    DeadLetter deadLetter = deadLetter(99, null, "trace");
    ConsumerRecord<byte[], byte[]> source =
        record("images", 42, 99, VALUE, new RecordHeaders().add("own", new byte[] {'y'}));

    assertThatThrownBy(deadLetter::original).isInstanceOf(IllegalStateException.class);
    assertThat(deadLetter.original(source).value()).isEqualTo(VALUE);
    assertThat(headers(deadLetter.original(source))).startsWith("own=y");
  }

  @Test
  void aRecordOfAnotherTimeIsNotItsSource() {
    DeadLetter deadLetter = deadLetter(99, null);

    assertThat(deadLetter.isOf(record("images", 42, 99, VALUE, new RecordHeaders()))).isTrue();
    assertThat(deadLetter.isOf(record("images", 42, 98, VALUE, new RecordHeaders()))).isFalse();
  }

  private static DeadLetter deadLetter(long timestamp, byte[] original, String... headers) {
    Headers all = new RecordHeaders();
    Arrays.stream(headers).forEach(header -> all.add(header, "x".getBytes(UTF_8)));
    return new DeadLetter(record("failures", 17, timestamp, new byte[0], all), failure(original));
  }

  private static ImageFailure failure(byte[] original) {
    return ImageFailure.newBuilder()
        .setReason(FailureReason.TOO_SLOW)
        .setMessage("")
        .setTopic("images")
        .setPartition(5)
        .setOffset(42)
        .setFailedAt(Instant.EPOCH)
        .setOriginal(original == null ? null : ByteBuffer.wrap(original))
        .build();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, long offset, long timestamp, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        1,
        offset,
        timestamp,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        KEY,
        value,
        headers,
        Optional.empty());
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }
}
