package io.patchstream.quickstart.bench;

import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends the pictures of a workload as events. The event of each picture is serialised once, so that
 * sending costs the machine little; which image it is stands in a header, which its result keeps.
 */
final class EventSender implements AutoCloseable {

  private static final String NUMBER = "bench-number";

  private final String topic;
  private final int partitions;
  private final int[] order;
  private final List<byte[]> events = new ArrayList<>();
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * Has sent nothing.
   *
   * @param topic where events go, image n to partition n modulo the partitions
   * @param order which picture of the workload each image is
   */
  EventSender(BenchTopics topics, String topic, Workload workload, int[] order) {
    this.topic = topic;
    this.order = order;
    partitions = topics.partitions();
    int largest = 0;
    try (Serializer<ImageEvent> serializer = EventSerdes.imageEvent(topics.client()).serializer()) {
      for (BenchPicture picture : workload.pictures()) {
        events.add(serializer.serialize(topic, event(picture)));
        largest = Math.max(largest, events.get(events.size() - 1).length);
      }
    }
    Map<String, Object> config = new HashMap<>(topics.client());
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(1 << 20, largest + (1 << 16)));
    // On a topic just made, a second request may find a leader where the first did not.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The number of the image that a result is of. */
  static int number(Headers ofResult) {
    return ByteBuffer.wrap(ofResult.lastHeader(NUMBER).value()).getInt();
  }

  /**
   * Sends the image of this number.
   *
   * @param timestampMillis of the event, since 1970
   */
  void send(int number, long timestampMillis) {
    ProducerRecord<byte[], byte[]> event =
        new ProducerRecord<>(
            topic, number % partitions, timestampMillis, null, events.get(order[number]));
    event.headers().add(NUMBER, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    producer.send(event, (metadata, error) -> failure.compareAndSet(null, error));
  }

  /**
   * Waits until all that was sent is there.
   *
   * @throws IllegalStateException if an image could not be sent
   */
  void flush() {
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException(
          "The pictures cannot be sent: " + failure.get().getMessage(), failure.get());
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  private static ImageEvent event(BenchPicture picture) {
    ImageEvent.Builder event =
        ImageEvent.newBuilder()
            .setImageId(picture.id())
            .setContent(ByteBuffer.wrap(picture.encoded()));
    if (picture.requested() != null) {
      event
          .setRequestedWidth(picture.requested().width())
          .setRequestedHeight(picture.requested().height());
    }
    return event.build();
  }
}
