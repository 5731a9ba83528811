package io.patchstream.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks at the cluster before the stream starts, so that what is missing is said in one sentence.
 */
final class ClusterCheck {

  private static final Map<String, String> FENCE_CONFIG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          "3600000");

  private final Admin admin;
  private final String bootstrapServers;

  ClusterCheck(Admin admin, String bootstrapServers) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * The partitions of each topic.
   *
   * @throws StreamFailedException if the cluster cannot be reached or a topic does not exist
   */
  Map<String, Integer> partitions(Collection<String> topics)
      throws StreamFailedException, InterruptedException {
    Map<String, Integer> partitions = new HashMap<>();
    Set<String> missing = new TreeSet<>();
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : found.entrySet()) {
      try {
        partitions.put(topic.getKey(), topic.getValue().get().partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw unreachable(bootstrapServers, e.getCause());
        }
        missing.add(topic.getKey());
      }
    }
    if (!missing.isEmpty()) {
      throw new StreamFailedException(
          (missing.size() == 1 ? "This topic does not exist at " : "These topics do not exist at ")
              + bootstrapServers
              + ": "
              + String.join(", ", missing)
              + "; create what is missing (kafka-topics.sh --create --topic NAME --partitions N) or"
              + " correct the name.");
    }
    return partitions;
  }

  /**
   * The largest record that each topic takes, in bytes; what may not be looked up counts as
   * unlimited, and the producer's own limit stands.
   */
  Map<String, Integer> maxMessageBytes(Collection<String> topics) throws InterruptedException {
    List<ConfigResource> resources = new ArrayList<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<String, Integer> limits = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
        admin.describeConfigs(resources).values().entrySet()) {
      int limit = Integer.MAX_VALUE;
      try {
        Config config = topic.getValue().get();
        limit = Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
      } catch (ExecutionException e) {
        // A principal without DescribeConfigs: documented, and the producer's limit is the same.
      }
      limits.put(topic.getKey().name(), limit);
    }
    return limits;
  }

  /**
   * Sees to it that the fence topic exists with a partition for every task.
   *
   * @throws StreamFailedException if it cannot be made
   */
  void ensureFenceTopic(String topic, int tasks)
      throws StreamFailedException, InterruptedException {
    NewTopic wanted = new NewTopic(topic, tasks, (short) -1).configs(FENCE_CONFIG);
    try {
      admin.createTopics(List.of(wanted)).all().get();
      return;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new StreamFailedException(
            "The internal topic "
                + topic
                + " cannot be created: allow it, or create it with "
                + tasks
                + " partitions ("
                + e.getCause().getMessage()
                + ").",
            e.getCause());
      }
    }
    if (partitions(List.of(topic)).get(topic) < tasks) {
      addPartitions(topic, tasks);
    }
  }

  /**
   * Sees to it that the changelog, once it exists, has a partition for every task. Other state
   * could not follow when the input gets more partitions; a mark belongs to the partition of its
   * number, whatever keys there are, so it stays where it is and new partitions begin empty.
   *
   * @throws StreamFailedException if it has more, or cannot be given more
   */
  void ensureChangelog(String topic, int tasks) throws StreamFailedException, InterruptedException {
    if (!exists(topic)) {
      return;
    }
    int partitions = partitions(List.of(topic)).get(topic);
    if (partitions < tasks) {
      addPartitions(topic, tasks);
    }
    if (partitions > tasks) {
      throw new StreamFailedException(
          "The input has "
              + tasks
              + " partitions, and the internal topic "
              + topic
              + " has "
              + partitions
              + ", so the input was made anew with fewer: what was in flight is lost with it. Delete"
              + " the internal topic, or take another application.id.");
    }
  }

  private void addPartitions(String topic, int partitions)
      throws StreamFailedException, InterruptedException {
    try {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
    } catch (ExecutionException e) {
      throw new StreamFailedException(
          "The internal topic "
              + topic
              + " needs "
              + partitions
              + " partitions: allow it to be altered, or add them (kafka-topics.sh --alter --topic "
              + topic
              + " --partitions "
              + partitions
              + "). "
              + e.getCause().getMessage(),
          e.getCause());
    }
  }

  /**
   * Whether there is a topic of that name.
   *
   * @throws StreamFailedException if the cluster cannot be reached
   */
  boolean exists(String topic) throws StreamFailedException, InterruptedException {
    try {
      admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw unreachable(bootstrapServers, e.getCause());
    }
  }

  /**
   * Waits for what the brokers say.
   *
   * @throws StreamFailedException if they do not answer
   */
  static <T> T answer(KafkaFuture<T> future, String bootstrapServers)
      throws StreamFailedException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw unreachable(bootstrapServers, e.getCause());
    }
  }

  private static StreamFailedException unreachable(String bootstrapServers, Throwable cause) {
    return new StreamFailedException(
        "No Kafka broker answers at "
            + bootstrapServers
            + ": check bootstrap.servers and the security settings ("
            + cause.getMessage()
            + ").",
        cause);
  }
}
