package io.patchstream.topology;

import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record of the dead letter topic: the failure that it tells of, and the way back of its
 * original.
 *
 * @param record as it lies in the topic
 * @param failure what its value says
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> record, ImageFailure failure) {

  /** Headers that an original has only because it was sent again; never in it twice. */
  static final String REPLAY_PREFIX = "__patchstream.replay.";

  private static final String SENT_AT_FIRST = REPLAY_PREFIX + "timestamp";
  private static final String SENT_OF = REPLAY_PREFIX + "of";

  FailureReason reason() {
    return failure.getReason();
  }

  /** Where its original came from, and goes again. */
  TopicPartition source() {
    return new TopicPartition(failure.getTopic(), failure.getPartition());
  }

  /** Whether the original can be made again of this record alone. */
  boolean hasOriginal() {
    return failure.getOriginal() != null;
  }

  /**
   * The original as it is sent again, of this record's own bytes.
   *
   * @throws IllegalStateException if it has none
   */
  ProducerRecord<byte[], byte[]> original() {
    if (!hasOriginal()) {
      throw new IllegalStateException(coordinates() + " does not hold its original");
    }
    return again(record, bytes(failure.getOriginal()));
  }

  /**
   * The original as it is sent again, of what lies at its source: key, value and headers.
   *
   * @param source the record at the failure's own coordinates
   */
  ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> source) {
    return again(source, source.value());
  }

  /**
   * Whether the record at the failure's coordinates is the one that failed, and not one of a topic
   * that was made anew since: the failure has the time of its original.
   */
  boolean isOf(ConsumerRecord<byte[], byte[]> source) {
    return source.timestamp() < 0 || source.timestamp() == record.timestamp();
  }

  String coordinates() {
    return record.topic() + "-" + record.partition() + "-" + record.offset();
  }

  /**
   * Key and headers of {@code from}, without what failures and replays added; to the partition that
   * it came from, whose keys it belongs to. The time is that of the sending: with its own, an old
   * record could be deleted by retention before it is read.
   */
  private ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> from, byte[] value) {
    Headers headers = new RecordHeaders();
    for (Header header : from.headers()) {
      if (!isOurs(header.key())) {
        headers.add(header);
      }
    }
    headers.add(SENT_OF, coordinates().getBytes(StandardCharsets.UTF_8));
    Header first = from.headers().lastHeader(SENT_AT_FIRST);
    headers.add(
        SENT_AT_FIRST,
        first == null
            ? Long.toString(from.timestamp()).getBytes(StandardCharsets.UTF_8)
            : first.value());
    return new ProducerRecord<>(
        failure.getTopic(), failure.getPartition(), from.key(), value, headers);
  }

  private static boolean isOurs(String header) {
    return header.startsWith(FailureWriter.STREAMS_PREFIX)
        || header.startsWith(FailureWriter.PATCHSTREAM_PREFIX)
        || header.startsWith(REPLAY_PREFIX);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
