package io.patchstream.topology;

import io.patchstream.config.InputFormat;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsConfig;

/** Sends images to an input topic, each as the record that {@code run} reads there. */
public final class EventSender implements AutoCloseable {

  private static final long DEFAULT_BUFFER_BYTES = 32 << 20;

  /** What became of an image; called in the producer's thread, or at once. */
  @FunctionalInterface
  public interface Acknowledgement {

    /**
     * The brokers have it, or never will.
     *
     * @param failure null if they have it
     */
    void done(Exception failure);
  }

  private final SinkTopic topic;
  private final InputFormat format;
  private final Serializer<ImageEvent> events;
  private final Producer<byte[], byte[]> producer;

  private EventSender(
      SinkTopic topic,
      InputFormat format,
      Serializer<ImageEvent> events,
      Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.format = format;
    this.events = events;
    this.producer = producer;
  }

  /**
   * Connects to the cluster; nothing is sent yet.
   *
   * @param format what the topic's values are
   * @param client everything that goes to the Kafka clients and the registry client as it is
   * @throws StreamFailedException if the cluster cannot be reached, does not allow it, or the topic
   *     does not exist
   */
  public static EventSender open(String topic, InputFormat format, Map<String, Object> client)
      throws StreamFailedException, InterruptedException {
    StreamsConfig config = StreamsDefaults.complete(client);
    String name = config.getString(StreamsConfig.APPLICATION_ID_CONFIG) + "-send";
    int maxBytes;
    try (Brokers brokers = Brokers.connect(config, name)) {
      ClusterCheck check = new ClusterCheck(brokers);
      check.partitions(Map.of(topic, Set.of(AclOperation.WRITE)));
      maxBytes = check.maxMessageBytes(List.of(topic)).get(topic);
    }
    return new EventSender(
        new SinkTopic(topic, topic, maxBytes),
        format,
        EventSerdes.imageEvent(client).serializer(),
        producer(config, name, maxBytes));
  }

  private static Producer<byte[], byte[]> producer(
      StreamsConfig config, String name, int maxBytes) {
    Map<String, Object> producer = new HashMap<>(config.getProducerConfigs(name));
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    // Where the topic's limit may not be looked up, the producer's own bounds its memory.
    if (maxBytes < Integer.MAX_VALUE) {
      producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxBytes);
      producer.put(
          ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(DEFAULT_BUFFER_BYTES, 2L * maxBytes));
    }
    return new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends an image, with the time of the sending; waits while the producer's buffer is full.
   *
   * @param key of the record; null spreads the images over the partitions
   * @param imageId the event's; bare image bytes carry none
   * @param image the encoded file
   * @param acknowledgement told once what became of it
   * @throws org.apache.kafka.common.KafkaException if none can be sent, because the registry or the
   *     brokers do not answer
   */
  public void send(byte[] key, String imageId, byte[] image, Acknowledgement acknowledgement) {
    byte[] value =
        format == InputFormat.RAW
            ? image
            : events.serialize(
                topic.topic(),
                ImageEvent.newBuilder()
                    .setImageId(imageId)
                    .setContent(ByteBuffer.wrap(image))
                    .build());
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic.topic(), key, value);
    if (!topic.fits(key, value, record.headers())) {
      acknowledgement.done(
          new RecordTooLargeException(
              "it has %d bytes, and a record of the topic %s at most %d (max.message.bytes)"
                  .formatted(image.length, topic.topic(), topic.maxBytes())));
      return;
    }
    producer.send(record, (metadata, failure) -> acknowledgement.done(failure));
  }

  /** Waits until all that was sent is acknowledged. */
  public void flush() {
    producer.flush();
  }

  /** As {@link #flush}, and lets go of the cluster. */
  @Override
  public void close() {
    producer.close();
    events.close();
  }
}
