package io.patchstream.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The internal topic that lets a task consume something although its input is quiet.
 *
 * <p>Exactly once (KIP-447) fences a process that lost its partitions by the consumed offsets that
 * its transactions carry. A task that only redoes what its last owner left behind consumes nothing,
 * so it asks for a tick and takes its offset along. Ticks are rare: one a task that starts with a
 * backlog.
 */
final class FenceTopic implements AutoCloseable {

  private final String topic;
  private final Map<String, Object> producerConfig;
  private final RareWarnings warnings;
  private Producer<byte[], byte[]> producer;

  /**
   * The ticks of one process.
   *
   * @param topic the topic's name, see {@link #nameFor}
   * @param producerConfig how to reach the cluster; ticks belong to no transaction
   * @param warnings told of a tick that is lost
   */
  FenceTopic(String topic, Map<String, Object> producerConfig, RareWarnings warnings) {
    this.topic = topic;
    this.warnings = warnings;
    this.producerConfig = new HashMap<>(producerConfig);
    this.producerConfig.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // The stream thread asks for ticks: it must not be kept while the cluster is away.
    this.producerConfig.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
  }

  /** The topic's name for an application. */
  static String nameFor(String applicationId) {
    return applicationId + "-fence";
  }

  /** Writes a tick into the partition. One that is lost is only warned of: the task asks again. */
  synchronized void tick(int partition) {
    try {
      if (producer == null) {
        producer =
            new KafkaProducer<>(
                producerConfig, new ByteArraySerializer(), new ByteArraySerializer());
      }
      producer.send(
          new ProducerRecord<>(topic, partition, null, new byte[0]),
          (metadata, failure) -> {
            if (failure != null) {
              logLost(partition, failure);
            }
          });
    } catch (KafkaException e) {
      logLost(partition, e);
    }
  }

  private void logLost(int partition, Exception failure) {
    warnings.warn(
        "tick",
        "A tick could not be written to %s-%d: %s"
            .formatted(topic, partition, failure.getMessage()));
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close();
    }
  }
}
