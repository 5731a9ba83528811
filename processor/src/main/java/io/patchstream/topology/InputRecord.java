package io.patchstream.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * One record of an input topic, as it came.
 *
 * @param topic input topic
 * @param partition input partition
 * @param offset offset in that partition
 * @param timestamp milliseconds since the epoch
 * @param key key bytes, or null
 * @param value value bytes, or null
 * @param headers the record's headers, not to be changed
 */
record InputRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    Headers headers) {

  /** A record that a producer left without a time counts as just arrived. */
  static final TimestampExtractor TIMESTAMPS =
      (record, partitionTime) -> timeOf(record.timestamp());

  static InputRecord of(Record<byte[], byte[]> record, RecordMetadata at) {
    return new InputRecord(
        at.topic(),
        at.partition(),
        at.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        record.headers());
  }

  static InputRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new InputRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        timeOf(record.timestamp()),
        record.key(),
        record.value(),
        record.headers());
  }

  /** A record that was deleted before it could be read again: its coordinates are all there is. */
  static InputRecord expired(String topic, int partition, long offset) {
    return new InputRecord(
        topic, partition, offset, System.currentTimeMillis(), null, null, new RecordHeaders());
  }

  /** Bytes that it keeps in memory. */
  long bytes() {
    return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  String coordinates() {
    return topic + "-" + partition + "-" + offset;
  }

  private static long timeOf(long timestamp) {
    return timestamp >= 0 ? timestamp : System.currentTimeMillis();
  }
}
