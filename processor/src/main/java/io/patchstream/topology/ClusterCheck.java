package io.patchstream.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks at the cluster before the stream starts, so that what is missing or not allowed is said in
 * one sentence.
 */
final class ClusterCheck {

  private static final Map<String, String> FENCE_CONFIG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          "3600000");

  /** The process writes to its own topics and reads them. */
  private static final Set<AclOperation> INTERNAL = Set.of(AclOperation.READ, AclOperation.WRITE);

  private static final String STREAMS_SESSION = "streams.session.timeout.ms";

  private final Brokers brokers;
  private final Admin admin;
  private final MissingAcls acls;

  ClusterCheck(Brokers brokers) {
    this.brokers = brokers;
    this.admin = brokers.admin();
    this.acls = new MissingAcls(brokers.bootstrapServers());
  }

  /**
   * The partitions of each topic.
   *
   * @param application what transactional ids begin with
   * @param group in whose name offsets are committed
   * @param topics what is to be done with each
   * @throws StreamFailedException if the cluster cannot be reached, does not allow what is to be
   *     done, or a topic does not exist
   */
  Map<String, Integer> partitions(
      String application, String group, Map<String, Set<AclOperation>> topics)
      throws StreamFailedException, InterruptedException {
    KafkaFuture<?> offsets =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(group);
    String transaction = application + "-check";
    KafkaFuture<?> transactions =
        admin.describeTransactions(Set.of(transaction)).description(transaction);
    Map<String, TopicDescription> found = describe(topics);
    noteRefusal(offsets, AclOperation.READ, "group " + group);
    noteRefusal(transactions, AclOperation.WRITE, "transactional ids " + application + "-*");
    acls.throwIfAny();
    throwIfMissing(topics.keySet(), found.keySet());
    return partitions(found.values());
  }

  /**
   * As above, for whoever neither commits offsets nor transactions.
   *
   * @param topics what is to be done with each
   */
  Map<String, Integer> partitions(Map<String, Set<AclOperation>> topics)
      throws StreamFailedException, InterruptedException {
    Map<String, TopicDescription> found = describe(topics);
    acls.throwIfAny();
    throwIfMissing(topics.keySet(), found.keySet());
    return partitions(found.values());
  }

  private static Map<String, Integer> partitions(Collection<TopicDescription> topics) {
    return topics.stream()
        .collect(Collectors.toMap(TopicDescription::name, topic -> topic.partitions().size()));
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
   * After how long the brokers drop a member of a group of the streams protocol that says nothing;
   * empty where this user may not ask, or the brokers do not know that protocol.
   */
  Optional<Duration> streamsSession(String group) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    try {
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return Optional.ofNullable(config.get(STREAMS_SESSION))
          .map(entry -> Duration.ofMillis(Long.parseLong(entry.value())));
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  /**
   * Sees to it that the fence topic exists with a partition for every task.
   *
   * @throws StreamFailedException if it cannot be made or used
   */
  void ensureFenceTopic(String topic, int tasks)
      throws StreamFailedException, InterruptedException {
    TopicDescription found = describe(Map.of(topic, INTERNAL)).get(topic);
    acls.throwIfAny();
    if (found == null) {
      create(new NewTopic(topic, tasks, (short) -1).configs(FENCE_CONFIG), false);
    } else if (found.partitions().size() < tasks) {
      addPartitions(topic, tasks);
    }
  }

  /**
   * Sees to it that the changelog, once Streams has made it, has a partition for every task. Other
   * state could not follow when the input gets more partitions; a mark belongs to the partition of
   * its number, whatever keys there are, so it stays where it is and new partitions begin empty.
   *
   * @throws StreamFailedException if it has more, cannot be given more, or Streams could not make
   *     or use it
   */
  void ensureChangelog(String topic, int tasks) throws StreamFailedException, InterruptedException {
    TopicDescription found = describe(Map.of(topic, INTERNAL)).get(topic);
    acls.throwIfAny();
    if (found == null) {
      create(new NewTopic(topic, tasks, (short) -1), true);
    } else if (found.partitions().size() < tasks) {
      addPartitions(topic, tasks);
    } else if (found.partitions().size() > tasks) {
      throw new StreamFailedException(
          "The input has "
              + tasks
              + " partitions, and the internal topic "
              + topic
              + " has "
              + found.partitions().size()
              + ", so the input was made anew with fewer: what was in flight is lost with it. Delete"
              + " the internal topic, or take another application.id.");
    }
  }

  /**
   * One past the last record of each partition of the changelog, open transactions counted; none
   * before Streams has made it.
   *
   * @throws StreamFailedException if the cluster cannot be reached, or the topic not be read
   */
  Map<TopicPartition, Long> changelogEnds(String topic)
      throws StreamFailedException, InterruptedException {
    TopicDescription found = describe(Map.of(topic, Set.of(AclOperation.READ))).get(topic);
    acls.throwIfAny();
    if (found == null) {
      return Map.of();
    }
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    found
        .partitions()
        .forEach(p -> latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    brokers
        .answer(
            admin
                .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** The topics that exist, of those given; what is not allowed of what is needed is noted. */
  private Map<String, TopicDescription> describe(Map<String, Set<AclOperation>> needed)
      throws StreamFailedException, InterruptedException {
    Map<String, TopicDescription> found = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
        admin
            .describeTopics(
                needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues()
            .entrySet()) {
      String name = topic.getKey();
      try {
        TopicDescription description = topic.getValue().get();
        acls.compare(description, needed.get(name));
        found.put(name, description);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException refusal) {
          needed.get(name).forEach(operation -> acls.add(operation, "topic " + name, refusal));
        } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw brokers.unreachable(e.getCause());
        }
      }
    }
    return found;
  }

  /** Notes that a request was not allowed; any other fault shows itself again in the stream. */
  private void noteRefusal(KafkaFuture<?> request, AclOperation needed, String resource)
      throws InterruptedException {
    try {
      request.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException refusal) {
        acls.add(needed, resource, refusal);
      }
    }
  }

  private void throwIfMissing(Set<String> topics, Set<String> found) throws StreamFailedException {
    Set<String> missing = new TreeSet<>(topics);
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new StreamFailedException(
          (missing.size() == 1 ? "This topic does not exist at " : "These topics do not exist at ")
              + brokers.bootstrapServers()
              + ": "
              + String.join(", ", missing)
              + "; create what is missing (patchstream topics --create) or correct the name.");
    }
  }

  /** Makes an internal topic, or only asks whether it could be made. */
  private void create(NewTopic topic, boolean onlyAsk)
      throws StreamFailedException, InterruptedException {
    CreateTopicsOptions options = new CreateTopicsOptions().validateOnly(onlyAsk);
    KafkaFuture<Void> created = admin.createTopics(List.of(topic), options).all();
    awaitChange(created, AclOperation.CREATE, topic.name(), topic.numPartitions());
  }

  private void addPartitions(String topic, int partitions)
      throws StreamFailedException, InterruptedException {
    KafkaFuture<Void> altered =
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all();
    awaitChange(altered, AclOperation.ALTER, topic, partitions);
  }

  /** Waits until an internal topic is as it should be; another process may have been faster. */
  private void awaitChange(
      KafkaFuture<Void> change, AclOperation operation, String topic, int partitions)
      throws StreamFailedException, InterruptedException {
    try {
      change.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException refusal) {
        acls.add(operation, "topic " + topic, refusal);
        acls.throwIfAny();
      } else if (!(e.getCause() instanceof TopicExistsException)
          && !(e.getCause() instanceof InvalidPartitionsException)) {
        String verb = operation.name().toLowerCase(Locale.ROOT);
        throw new StreamFailedException(
            ("The internal topic %s needs %d partitions: kafka-topics.sh --%s --topic %s --partitions"
                    + " %d (%s).")
                .formatted(topic, partitions, verb, topic, partitions, e.getCause().getMessage()),
            e.getCause());
      }
    }
  }
}
