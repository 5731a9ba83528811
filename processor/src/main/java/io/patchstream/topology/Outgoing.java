package io.patchstream.topology;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A serialised value on its way to a sink, with the input partition that it came from.
 *
 * @param value the bytes to write
 * @param inputPartition number of the input partition
 */
record Outgoing(byte[] value, int inputPartition) {

  static Serializer<Outgoing> serializer() {
    return (topic, outgoing) -> outgoing.value();
  }

  /**
   * Keyed records go where Kafka's own partitioner sends their key; a record without a key follows
   * its input partition, so that the order of that partition lives on in one output partition.
   */
  static StreamPartitioner<byte[], Outgoing> partitioner() {
    return (topic, key, outgoing, partitions) ->
        key == null
            ? Optional.of(Set.of(outgoing.inputPartition() % partitions))
            : Optional.empty();
  }
}
