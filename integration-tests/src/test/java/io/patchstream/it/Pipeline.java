package io.patchstream.it;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serde;

/**
 * One application on the shared services: its topics {@code NAME-images}, {@code -labels}, {@code
 * -embeddings} and {@code -failures}, its group {@code NAME}, and its processors, all told the same
 * settings. What a setting is not given here has its default.
 */
public final class Pipeline implements AutoCloseable {

  private final KafkaCluster kafka;
  private final String name;
  private final int partitions;
  private final Map<String, String> settings = new TreeMap<>();
  private final List<ProcessorProcess> processors = new ArrayList<>();
  private final Producer<byte[], byte[]> producer;
  private final Serde<ImageEvent> events;
  private final Serde<ImageClassification> classifications;
  private final Serde<ImageEmbedding> vectors;
  private final Serde<ImageFailure> deadLetters;

  /**
   * Makes the topics.
   *
   * @param name unlike that of any other pipeline on this cluster
   * @param partitions of each topic
   * @param model the folder of the checkpoint
   */
  public Pipeline(
      KafkaCluster kafka, SchemaRegistry registry, String name, int partitions, Path model) {
    this.kafka = kafka;
    this.name = name;
    this.partitions = partitions;
    for (String topic : List.of(images(), labels(), embeddings(), failures())) {
      kafka.topics().create(topic, partitions);
    }
    producer = kafka.producer(Map.of());
    Map<String, String> registryClient = Map.of("schema.registry.url", registry.url());
    events = EventSerdes.imageEvent(registryClient);
    classifications = EventSerdes.imageClassification(registryClient);
    vectors = EventSerdes.imageEmbedding(registryClient);
    deadLetters = EventSerdes.imageFailure(registryClient);
    settings.putAll(registryClient);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("application.id", name);
    settings.put("patchstream.model", model.toString());
    settings.put("patchstream.input.topics", images());
    settings.put("patchstream.labels.topic", labels());
    settings.put("patchstream.embeddings.topic", embeddings());
    settings.put("patchstream.dead.letter.topic", failures());
  }

  /** The name of the application, and of its group. */
  public String name() {
    return name;
  }

  public String images() {
    return name + "-images";
  }

  public String labels() {
    return name + "-labels";
  }

  public String embeddings() {
    return name + "-embeddings";
  }

  public String failures() {
    return name + "-failures";
  }

  /** Partitions of each of the topics. */
  public int partitions() {
    return partitions;
  }

  /** Sets or replaces a setting of the processors that are added from now on. */
  public Pipeline with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** The settings of the processors that are added from now on. */
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  /** Adds a processor, which the test starts. */
  public ProcessorProcess processor() {
    String processor = name + "-" + (processors.size() + 1);
    processors.add(new ProcessorProcess(processor, settings(), kafka.topics()));
    return processors.get(processors.size() - 1);
  }

  /** Sends a picture as an ImageEvent whose id is the key, to a partition of the input topic. */
  public void sendEvent(int partition, String key, byte[] picture) {
    sendEvent(
        partition,
        key,
        ImageEvent.newBuilder().setImageId(key).setContent(ByteBuffer.wrap(picture)).build());
  }

  /** Sends an event to a partition of the input topic; the answer says its offset. */
  public Future<RecordMetadata> sendEvent(int partition, String key, ImageEvent event) {
    return send(partition, key, bytes(event));
  }

  /**
   * Sends bytes as they are to a partition of the input topic.
   *
   * @param key null for none
   */
  public Future<RecordMetadata> send(int partition, String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return send(new ProducerRecord<>(images(), partition, keyBytes, value));
  }

  /** Sends a record as it is, its headers and timestamp among it; the answer says its offset. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record);
  }

  /** An event as the values of the input topic carry it. */
  public byte[] bytes(ImageEvent event) {
    return events.serializer().serialize(images(), event);
  }

  /** Waits until the cluster has all that was sent. */
  public void flush() {
    producer.flush();
  }

  /** Waits until the group has taken up that many records of the input topic. */
  public void awaitConsumed(int count, Duration atMost) {
    Await.until(
        atMost,
        () -> "the input is not consumed: " + kafka.topics().committed(name),
        () ->
            kafka.topics().committed(name).entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(images()))
                    .mapToLong(Map.Entry::getValue)
                    .sum()
                == count);
  }

  /** A reader of the committed records of labels, embeddings and failures. */
  public CommittedReader results() {
    return kafka.reader(labels(), embeddings(), failures());
  }

  /** What a record of the labels topic says. */
  public ImageClassification label(ConsumerRecord<byte[], byte[]> record) {
    return classifications.deserializer().deserialize(record.topic(), record.value());
  }

  /** What a record of the embeddings topic says. */
  public ImageEmbedding embedding(ConsumerRecord<byte[], byte[]> record) {
    return vectors.deserializer().deserialize(record.topic(), record.value());
  }

  /** What a record of the failures topic says. */
  public ImageFailure failure(ConsumerRecord<byte[], byte[]> record) {
    return deadLetters.deserializer().deserialize(record.topic(), record.value());
  }

  /** Kills the processors that still run. */
  @Override
  public void close() {
    processors.forEach(ProcessorProcess::close);
    producer.close(Duration.ZERO);
    for (Serde<?> serde : List.of(events, classifications, vectors, deadLetters)) {
      serde.close();
    }
  }
}
