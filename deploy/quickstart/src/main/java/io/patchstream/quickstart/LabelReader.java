package io.patchstream.quickstart;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads labels and failures as an application downstream does: committed ones only. */
public final class LabelReader implements AutoCloseable {

  private final String failuresTopic;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<ImageClassification> labels;
  private final Deserializer<ImageFailure> failures;

  /** A reader of both topics, from their beginnings. */
  public LabelReader(Map<String, Object> client, String labelsTopic, String failuresTopic) {
    this.failuresTopic = failuresTopic;
    labels = EventSerdes.imageClassification(client).deserializer();
    failures = EventSerdes.imageFailure(client).deserializer();
    Map<String, Object> config = new HashMap<>(client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(labelsTopic, failuresTopic)) {
      consumer
          .partitionsFor(topic)
          .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * What has come out since the last call, after waiting a moment for it.
   *
   * @throws IllegalStateException if a picture ended as a failure
   */
  public List<CommittedLabel> poll(Duration atMost) {
    List<CommittedLabel> committed = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      if (record.topic().equals(failuresTopic)) {
        ImageFailure failure = failures.deserialize(failuresTopic, record.value());
        throw new IllegalStateException(
            "%s ended as a failure and not as a label: %s"
                .formatted(failure.getImageId(), failure.getMessage()));
      }
      committed.add(
          new CommittedLabel(
              record.partition(),
              record.timestamp(),
              record.headers(),
              labels.deserialize(record.topic(), record.value())));
    }
    return committed;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
