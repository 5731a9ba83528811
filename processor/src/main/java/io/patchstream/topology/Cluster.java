package io.patchstream.topology;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The brokers and the registry, looked at before the stream starts. It needs no engine, so it can
 * be looked at while the model is being opened.
 */
public final class Cluster {

  private static final int DEFAULT_MAX_REQUEST_BYTES = 1024 * 1024;

  private final StreamOptions options;
  private final StreamsConfig config;
  private final TopicSerdes serdes;
  private final int tasks;
  private final Optional<Duration> streamsSession;
  private final Map<String, Integer> maxMessageBytes;

  private Cluster(
      StreamOptions options,
      StreamsConfig config,
      TopicSerdes serdes,
      int tasks,
      Optional<Duration> streamsSession,
      Map<String, Integer> maxMessageBytes) {
    this.options = options;
    this.config = config;
    this.serdes = serdes;
    this.tasks = tasks;
    this.streamsSession = streamsSession;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Checks that everything the stream needs is there, and makes the fence topic.
   *
   * @throws StreamFailedException if brokers or registry do not answer or do not let this process
   *     do its work, or a topic or schema is missing
   */
  public static Cluster check(StreamOptions options)
      throws StreamFailedException, InterruptedException {
    StreamsConfig config = StreamsDefaults.complete(options.client());
    String application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    try (Brokers brokers = Brokers.connect(config, application + "-check")) {
      ClusterCheck check = new ClusterCheck(brokers);
      Set<String> outputs = outputTopics(options);
      Map<String, Set<AclOperation>> topics = new HashMap<>();
      options.inputTopics().forEach(topic -> topics.put(topic, Set.of(AclOperation.READ)));
      outputs.forEach(topic -> topics.put(topic, Set.of(AclOperation.WRITE)));
      Map<String, Integer> partitions = check.partitions(application, application, topics);
      int tasks = Collections.max(options.inputTopics().stream().map(partitions::get).toList());
      check.ensureChangelog(MicroBatchProcessor.changelog(application), tasks);
      check.ensureFenceTopic(FenceTopic.nameFor(application), tasks);
      Optional<Duration> streamsSession =
          Timeouts.isStreamsProtocol(config) ? check.streamsSession(application) : Optional.empty();
      return new Cluster(
          options,
          config,
          TopicSerdes.open(options),
          tasks,
          streamsSession,
          check.maxMessageBytes(outputs));
    }
  }

  StreamOptions options() {
    return options;
  }

  StreamsConfig config() {
    return config;
  }

  TopicSerdes serdes() {
    return serdes;
  }

  /** The most tasks that one process can come to own. */
  int tasks() {
    return tasks;
  }

  /** The session that the brokers keep for a group of the streams protocol, if they tell it. */
  Optional<Duration> streamsSession() {
    return streamsSession;
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
