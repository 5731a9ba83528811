package io.patchstream.it;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What a broker holds: its topics, how much is in them, and who reads them. */
public final class Topics {

  private static final long LONGEST_ANSWER_SECONDS = 20;

  private final Admin admin;

  Topics(Admin admin) {
    this.admin = admin;
  }

  /** Makes a topic with one replica. */
  public void create(String name, int partitions) {
    create(name, partitions, Map.of());
  }

  /** Makes a topic with settings of its own. */
  public void create(String name, int partitions, Map<String, String> settings) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
    answer("create topic " + name, admin.createTopics(List.of(topic)).all());
    // A new topic is made by the controller before the broker knows it.
    Await.until(
        Duration.ofSeconds(LONGEST_ANSWER_SECONDS),
        () -> "topic " + name + " has no leader",
        () -> !endOffsets(partitions(List.of(name))).isEmpty());
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

  /** The size of each topic on disk: all that was written, as the broker compacts nothing. */
  public Map<String, Long> bytes() {
    Map<String, Long> bytes = new TreeMap<>();
    answer("describe the log folder", admin.describeLogDirs(List.of(1)).allDescriptions())
        .values()
        .forEach(
            folders ->
                folders
                    .values()
                    .forEach(
                        folder ->
                            folder
                                .replicaInfos()
                                .forEach(
                                    (partition, replica) ->
                                        bytes.merge(
                                            partition.topic(), replica.size(), Long::sum))));
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

  /**
   * Whether the group (of the classic protocol) is at rest and has a member whose client id begins
   * with {@code clientId}.
   */
  public boolean hasStableMember(String group, String clientId) {
    ConsumerGroupDescription description =
        answer(
            "describe group " + group,
            admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    return description.groupState() == GroupState.STABLE
        && description.members().stream()
            .anyMatch(member -> member.clientId().startsWith(clientId));
  }

  /**
   * The ids that the members of the group have now; who is dropped and joins again has a new one.
   */
  public Set<String> memberIds(String group) {
    return answer(
            "describe group " + group,
            admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))
        .members()
        .stream()
        .map(MemberDescription::consumerId)
        .collect(Collectors.toSet());
  }

  List<TopicPartition> partitions(Collection<String> topics) {
    Map<String, TopicDescription> descriptions =
        answer("describe topics " + topics, admin.describeTopics(topics).allTopicNames());
    return descriptions.values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
        .toList();
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
      throw new IllegalStateException("the broker cannot " + question, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the broker did not " + question + " in " + LONGEST_ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + question, e);
    }
  }
}
