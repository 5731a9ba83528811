package io.patchstream.topology;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The brokers and the registry, looked at before the stream starts. It needs no engine, so it can
 * be looked at while the model is being opened.
 */
public final class Cluster {

  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final int DEFAULT_MAX_REQUEST_BYTES = 1024 * 1024;

  private final StreamOptions options;
  private final StreamsConfig config;
  private final OutputSerializers serializers;
  private final int tasks;
  private final Map<String, Integer> maxMessageBytes;

  private Cluster(
      StreamOptions options,
      StreamsConfig config,
      OutputSerializers serializers,
      int tasks,
      Map<String, Integer> maxMessageBytes) {
    this.options = options;
    this.config = config;
    this.serializers = serializers;
    this.tasks = tasks;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Checks that everything the stream needs is there, and makes the fence topic.
   *
   * @throws StreamFailedException if brokers or registry do not answer, or a topic or schema is
   *     missing
   */
  public static Cluster check(StreamOptions options)
      throws StreamFailedException, InterruptedException {
    StreamsConfig config = StreamsDefaults.complete(options.client());
    String application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    String bootstrap = String.join(",", config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
    try (Admin admin = Admin.create(adminConfig(config, application + "-check"))) {
      ClusterCheck check = new ClusterCheck(admin, bootstrap);
      Set<String> outputs = outputTopics(options);
      Set<String> topics = new LinkedHashSet<>(options.inputTopics());
      topics.addAll(outputs);
      Map<String, Integer> partitions = check.partitions(topics);
      int tasks = Collections.max(options.inputTopics().stream().map(partitions::get).toList());
      check.ensureChangelog(MicroBatchProcessor.changelog(application), tasks);
      check.ensureFenceTopic(FenceTopic.nameFor(application), tasks);
      return new Cluster(
          options, config, OutputSerializers.open(options), tasks, check.maxMessageBytes(outputs));
    } catch (KafkaException e) {
      throw new StreamFailedException(
          "No Kafka client can be made for "
              + bootstrap
              + ": check bootstrap.servers and the security settings ("
              + (e.getCause() == null ? e : e.getCause()).getMessage()
              + ").",
          e);
    }
  }

  /** How to ask the brokers something once: an answer comes soon, or there is none. */
  static Map<String, Object> adminConfig(StreamsConfig config, String clientId) {
    Map<String, Object> adminConfig = new HashMap<>(config.getAdminConfigs(clientId));
    adminConfig.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    adminConfig.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    // The client logs each attempt: a few say enough.
    adminConfig.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 1_000);
    adminConfig.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    return adminConfig;
  }

  StreamOptions options() {
    return options;
  }

  StreamsConfig config() {
    return config;
  }

  OutputSerializers serializers() {
    return serializers;
  }

  /** The most tasks that one process can come to own. */
  int tasks() {
    return tasks;
  }

  /** The sink of an output topic, with the largest record that both topic and producer take. */
  SinkTopic sink(String node, String topic) {
    Object producerLimit =
        config
            .getProducerConfigs("limits")
            .getOrDefault(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_BYTES);
    return new SinkTopic(
        node,
        topic,
        Math.min(Integer.parseInt(producerLimit.toString()), maxMessageBytes.get(topic)));
  }

  private static Set<String> outputTopics(StreamOptions options) {
    Set<String> topics = new LinkedHashSet<>();
    options.labelsTopic().ifPresent(topics::add);
    options.embeddingsTopic().ifPresent(topics::add);
    topics.add(options.deadLetterTopic());
    return topics;
  }
}
