package io.patchstream.topology;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Reads results as applications downstream do: committed ones, of all partitions, without a group,
 * so that nobody is in anybody's way.
 */
public final class ResultReader implements AutoCloseable {

  private final Map<String, Deserializer<? extends SpecificRecord>> values;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A result or a failure, as it lies in its topic.
   *
   * @param timestampMillis of the image's event, since 1970
   * @param value an {@link ImageClassification}, {@link ImageEmbedding} or {@link ImageFailure}
   */
  public record Committed(long timestampMillis, SpecificRecord value) {}

  private ResultReader(
      Map<String, Deserializer<? extends SpecificRecord>> values,
      KafkaConsumer<byte[], byte[]> consumer) {
    this.values = values;
    this.consumer = consumer;
  }

  /**
   * Stands at the end of the topics, or at their beginning.
   *
   * @param options which topics: of labels where there are any, else of embeddings, and of failures
   * @throws StreamFailedException if the cluster cannot be reached, does not allow it, or a topic
   *     does not exist
   */
  public static ResultReader open(ResultTopics options, boolean fromBeginning)
      throws StreamFailedException, InterruptedException {
    StreamsConfig config = StreamsDefaults.complete(options.client());
    String name = config.getString(StreamsConfig.APPLICATION_ID_CONFIG) + "-watch";
    Map<String, Deserializer<? extends SpecificRecord>> values = values(options);
    Map<String, Set<AclOperation>> read = new HashMap<>();
    values.keySet().forEach(topic -> read.put(topic, Set.of(AclOperation.READ)));
    List<TopicPartition> partitions = new ArrayList<>();
    try (Brokers brokers = Brokers.connect(config, name)) {
      new ClusterCheck(brokers)
          .partitions(read)
          .forEach(
              (topic, count) -> {
                for (int partition = 0; partition < count; partition++) {
                  partitions.add(new TopicPartition(topic, partition));
                }
              });
    }
    Map<String, Object> client = new HashMap<>(config.getRestoreConsumerConfigs(name));
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, fromBeginning ? "earliest" : "latest");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(partitions);
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    // Asked now, an end is where it is now, and not where it is at the first poll.
    partitions.forEach(consumer::position);
    return new ResultReader(values, consumer);
  }

  private static Map<String, Deserializer<? extends SpecificRecord>> values(ResultTopics options) {
    Map<String, Object> client = options.client();
    Map<String, Deserializer<? extends SpecificRecord>> values = new HashMap<>();
    Serde<? extends SpecificRecord> results =
        options.labels().isPresent()
            ? EventSerdes.imageClassification(client)
            : EventSerdes.imageEmbedding(client);
    options.labels().or(options::embeddings).ifPresent(t -> values.put(t, results.deserializer()));
    values.put(options.deadLetters(), EventSerdes.imageFailure(client).deserializer());
    return values;
  }

  /**
   * Gives what was committed since the last call to {@code each}, in the order of each partition,
   * after waiting for it at most so long.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if the registry does not answer
   *     or a record is none of PatchStream's; it says which
   */
  public void poll(Duration atMost, Consumer<Committed> each) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      SpecificRecord value = values.get(record.topic()).deserialize(record.topic(), record.value());
      each.accept(new Committed(record.timestamp(), value));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
