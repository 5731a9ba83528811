package io.patchstream.topology;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/**
 * An output topic as the topology knows it.
 *
 * @param node name of the sink node
 * @param topic name of the topic
 * @param maxBytes the largest record that topic and producer take, in bytes
 */
record SinkTopic(String node, String topic, int maxBytes) {

  /** What a record adds to its key, value and headers in a batch of its own, at the most. */
  private static final int OVERHEAD_BYTES = 128;

  private static final int HEADER_OVERHEAD_BYTES = 10;

  /** Whether the record, uncompressed and alone in its batch, is within the limit. */
  boolean fits(Record<byte[], Outgoing> record) {
    return fits(record.key(), record.value().value(), record.headers());
  }

  /** As above; key and value may be null. */
  boolean fits(byte[] key, byte[] value, Headers headers) {
    long bytes = OVERHEAD_BYTES + length(key) + length(value);
    for (Header header : headers) {
      // A character takes at most three bytes of UTF-8.
      bytes += HEADER_OVERHEAD_BYTES + 3L * header.key().length() + length(header.value());
    }
    return bytes <= maxBytes;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
