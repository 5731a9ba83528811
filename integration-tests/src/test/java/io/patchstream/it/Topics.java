package io.patchstream.it;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What a cluster holds: its topics, how much is in them, and who reads them. */
public final class Topics {

  private static final long LONGEST_ANSWER_SECONDS = 20;

  private final Admin admin;

  Topics(Admin admin) {
    this.admin = admin;
  }

  /** Makes a topic with as many replicas as the cluster has nodes. */
  public void create(String name, int partitions) {
    create(name, partitions, Map.of());
  }

  /** Makes a topic with settings of its own. */
  public void create(String name, int partitions, Map<String, String> settings) {
    NewTopic topic =
        new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
    answer("create topic " + name, admin.createTopics(List.of(topic)).all());
    // A new topic is made by the controller before the brokers know it.
    Await.until(
        Duration.ofSeconds(LONGEST_ANSWER_SECONDS),
        () -> "topic " + name + " has no leader",
        () -> !endOffsets(partitions(List.of(name))).isEmpty());
  }

  /** Gives a topic more partitions. */
  public void addPartitions(String name, int partitions) {
    answer(
        "add partitions to " + name,
        admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all());
    Await.until(
        Duration.ofSeconds(LONGEST_ANSWER_SECONDS),
        () -> "topic " + name + " has not got its partitions",
        () -> endOffsets(name).size() == partitions);
  }

  /** Deletes a topic and all that is in it. */
  public void delete(String name) {
    answer("delete topic " + name, admin.deleteTopics(List.of(name)).all());
    Await.until(
        Duration.ofSeconds(LONGEST_ANSWER_SECONDS),
        () -> "topic " + name + " is still there",
        () -> !names().contains(name));
  }

  /** Sets a property of a topic, such as {@code max.message.bytes}. */
  public void configure(String name, String key, String value) {
    configure(ConfigResource.Type.TOPIC, name, key, value);
  }

  /** Sets a property of a topic, a group or a broker. */
  void configure(ConfigResource.Type type, String name, String key, String value) {
    ConfigResource resource = new ConfigResource(type, name);
    AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    answer("set " + key, admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());
  }

  /** A property of a topic, whether it is its own or the brokers' default. */
  public String property(String name, String key) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
    return answer("describe " + name, admin.describeConfigs(List.of(topic)).all())
        .get(topic)
        .get(key)
        .value();
  }

  /** Deletes the records of a partition that stand below the offset, as retention does. */
  public void deleteRecords(TopicPartition partition, long below) {
    answer(
        "delete records of " + partition,
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(below))).all());
  }

  /** The id of the broker that leads a partition. */
  public int leader(TopicPartition partition) {
    return describe(List.of(partition.topic()))
        .get(partition.topic())
        .partitions()
        .get(partition.partition())
        .leader()
        .id();
  }

  /** Whether every replica of every partition has all that is in it. */
  public boolean areInSync() {
    return describe(names()).values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition -> partition.isr().size() == partition.replicas().size());
  }

  /** The names of all topics, Kafka's own and those of changelogs among them. */
  public Set<String> names() {
    return answer(
        "list topics", admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
  }

  /**
   * One past the last offset of each partition of the topic, transaction markers and records of
   * open transactions counted.
   */
  public Map<TopicPartition, Long> endOffsets(String topic) {
    return endOffsets(partitions(List.of(topic)));
  }

  /**
   * How many records, transaction markers among them, were ever written to each topic. Equal before
   * and after, it proves that nobody wrote anything.
   */
  public Map<String, Long> recordsWritten() {
    Map<String, Long> written = new TreeMap<>();
    endOffsets(partitions(names()))
        .forEach((partition, end) -> written.merge(partition.topic(), end, Long::sum));
    return written;
  }

  /** The size of each topic at one broker; where nothing is compacted, all that was written. */
  public Map<String, Long> bytes() {
    Map<String, Long> bytes = new TreeMap<>();
    replicaBytes().forEach((partition, size) -> bytes.merge(partition.topic(), size, Long::sum));
    return bytes;
  }

  /** The size of the topic's largest partition. */
  public long largestPartitionBytes(String topic) {
    return replicaBytes().entrySet().stream()
        .filter(replica -> replica.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .max()
        .orElseThrow();
  }

  /** Of the first broker, which has a replica of every partition. */
  private Map<TopicPartition, Long> replicaBytes() {
    Map<TopicPartition, Long> bytes = new HashMap<>();
    answer("describe the log folder", admin.describeLogDirs(List.of(1)).allDescriptions())
        .get(1)
        .values()
        .forEach(
            folder ->
                folder.replicaInfos().forEach((partition, it) -> bytes.put(partition, it.size())));
    return bytes;
  }

  /** The offsets that a group has committed. */
  public Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer(
            "list offsets of " + group,
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }

  /** Whether the group is at rest and has a member whose client id begins with {@code clientId}. */
  public boolean hasStableMember(String group, String clientId) {
    Group described = describe(group);
    return described.state() == GroupState.STABLE
        && described.members().stream().anyMatch(member -> member.clientId().startsWith(clientId));
  }

  /**
   * The ids that the members of the group have now; who is dropped and joins again has a new one.
   */
  public Set<String> memberIds(String group) {
    return describe(group).members().stream().map(Member::id).collect(Collectors.toSet());
  }

  /** A group of either protocol. */
  private record Group(GroupState state, List<Member> members) {}

  private record Member(String id, String clientId) {}

  private Group describe(String group) {
    boolean streams =
        answer("list groups", admin.listGroups(ListGroupsOptions.forStreamsGroups()).all()).stream()
            .anyMatch(listed -> listed.groupId().equals(group));
    if (streams) {
      StreamsGroupDescription description =
          answer(
              "describe group " + group,
              admin.describeStreamsGroups(List.of(group)).describedGroups().get(group));
      return new Group(
          description.groupState(),
          description.members().stream()
              .map(member -> new Member(member.memberId(), member.clientId()))
              .toList());
    }
    ConsumerGroupDescription description =
        answer(
            "describe group " + group,
            admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    return new Group(
        description.groupState(),
        description.members().stream()
            .map(member -> new Member(member.consumerId(), member.clientId()))
            .toList());
  }

  List<TopicPartition> partitions(Collection<String> topics) {
    return describe(topics).values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
        .toList();
  }

  private Map<String, TopicDescription> describe(Collection<String> topics) {
    return answer("describe topics " + topics, admin.describeTopics(topics).allTopicNames());
  }

  Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer("list end offsets", admin.listOffsets(latest).all())
        .forEach((partition, offset) -> ends.put(partition, offset.offset()));
    return ends;
  }

  private static <T> T answer(String question, KafkaFuture<T> future) {
    try {
      return future.get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the cluster cannot " + question, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the cluster did not " + question + " in " + LONGEST_ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + question, e);
    }
  }
}
