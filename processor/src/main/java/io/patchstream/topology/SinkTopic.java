package io.patchstream.topology;

import org.apache.kafka.common.header.Header;
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
    long bytes = OVERHEAD_BYTES + (long) record.value().value().length;
    bytes += record.key() == null ? 0 : record.key().length;
    for (Header header : record.headers()) {
      // A character takes at most three bytes of UTF-8.
      bytes += HEADER_OVERHEAD_BYTES + 3L * header.key().length();
      bytes += header.value() == null ? 0 : header.value().length;
    }
    return bytes <= maxBytes;
  }
}
