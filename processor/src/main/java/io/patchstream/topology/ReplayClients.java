package io.patchstream.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What a replay has of the cluster.
 *
 * @param deadLetters reads the dead letter topic, in the name of the replay's group
 * @param sources reads the input topics by coordinates
 * @param producer transactional; takes whatever the input topics take
 * @param inputs the input topics, by name
 */
record ReplayClients(
    Consumer<byte[], byte[]> deadLetters,
    SourceRecords sources,
    Producer<byte[], byte[]> producer,
    Map<String, SinkTopic> inputs)
    implements AutoCloseable {

  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);

  private static final long DEFAULT_BUFFER_BYTES = 32 << 20;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  /**
   * Connects.
   *
   * @throws StreamFailedException if the cluster cannot be reached, does not allow it, or a topic
   *     is missing
   */
  static ReplayClients open(ReplayOptions options)
      throws StreamFailedException, InterruptedException {
    StreamsConfig config = StreamsDefaults.complete(options.client());
    String application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    String name = application + "-replay";
    Map<String, SinkTopic> inputs;
    try (Brokers brokers = Brokers.connect(config, name)) {
      inputs = inputs(options, new ClusterCheck(brokers), application, name);
    }
    return new ReplayClients(
        deadLetters(config, name),
        new SourceRecords(sources(config, name), options.inputTopics()),
        producer(config, name, inputs),
        inputs);
  }

  private static Map<String, SinkTopic> inputs(
      ReplayOptions options, ClusterCheck check, String application, String group)
      throws StreamFailedException, InterruptedException {
    Map<String, Set<AclOperation>> topics = new HashMap<>();
    topics.put(options.deadLetterTopic(), Set.of(AclOperation.READ));
    for (String topic : options.inputTopics()) {
      topics.put(topic, Set.of(AclOperation.READ, AclOperation.WRITE));
    }
    check.partitions(application, group, topics);
    Map<String, SinkTopic> inputs = new HashMap<>();
    check
        .maxMessageBytes(options.inputTopics())
        .forEach((topic, limit) -> inputs.put(topic, new SinkTopic(topic, topic, limit)));
    return inputs;
  }

  private static Consumer<byte[], byte[]> deadLetters(StreamsConfig config, String name) {
    Map<String, Object> consumer = new HashMap<>(config.getRestoreConsumerConfigs(name));
    consumer.put(ConsumerConfig.GROUP_ID_CONFIG, name);
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
    return new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Consumer<byte[], byte[]> sources(StreamsConfig config, String name) {
    Map<String, Object> consumer =
        new HashMap<>(config.getRestoreConsumerConfigs(name + "-sources"));
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    return new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Producer<byte[], byte[]> producer(
      StreamsConfig config, String name, Map<String, SinkTopic> inputs) {
    int largest = inputs.values().stream().mapToInt(SinkTopic::maxBytes).max().orElseThrow();
    Map<String, Object> producer = new HashMap<>(config.getProducerConfigs(name));
    producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
    producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(DEFAULT_BUFFER_BYTES, largest));
    return new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Aborts what is not committed. */
  @Override
  public void close() {
    producer.close(LONGEST_CLOSE);
    deadLetters.close();
    sources.close();
  }
}
