package io.patchstream.quickstart.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics of one bench on a cluster, all under one prefix that nobody else uses, with those that
 * the processor makes for itself; deleted when it is closed.
 */
final class BenchTopics implements AutoCloseable {

  private static final Duration LEADERS_KNOW = Duration.ofSeconds(30);
  private static final int LEAST_MESSAGE_BYTES = 1 << 20;
  private static final int RECORD_OVERHEAD_BYTES = 1 << 16;

  private final String prefix = "patchstream-bench-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<String> groups = new ArrayList<>();
  private final Map<String, Object> client;
  private final Admin admin;
  private final int partitions;
  private int made;

  /**
   * None yet.
   *
   * @param client where brokers are
   * @param partitions of each topic
   */
  BenchTopics(Map<String, Object> client, int partitions) {
    this.client = Map.copyOf(client);
    this.partitions = partitions;
    admin = Admin.create(new HashMap<>(client));
  }

  /** Where brokers and registry are. */
  Map<String, Object> client() {
    return client;
  }

  int partitions() {
    return partitions;
  }

  /**
   * Makes an empty topic.
   *
   * @param what is in it
   * @param largestValue that it has to take, in bytes
   * @return its name
   */
  String make(String what, int largestValue) throws InterruptedException {
    String name = "%s-%s-%d".formatted(prefix, what, ++made);
    int largest = Math.max(LEAST_MESSAGE_BYTES, largestValue + RECORD_OVERHEAD_BYTES);
    // As many replicas as the cluster's topics have unless they say otherwise.
    NewTopic topic =
        new NewTopic(name, Optional.of(partitions), Optional.empty())
            .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largest)));
    try {
      admin.createTopics(List.of(topic)).all().get();
      awaitLeaders(name);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "The topic %s cannot be made: %s".formatted(name, e.getCause().getMessage()),
          e.getCause());
    }
    return name;
  }

  /** A topic is made before its leaders know: once they tell its offsets they do. */
  private void awaitLeaders(String topic) {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.endOffsets(all, LEADERS_KNOW);
    }
  }

  /** An application id, and so a consumer group, that has not run before. */
  String newApplication() {
    groups.add("%s-app-%d".formatted(prefix, ++made));
    return groups.get(groups.size() - 1);
  }

  /** Deletes all topics and groups under the prefix. */
  @Override
  public void close() throws InterruptedException {
    try (admin) {
      admin
          .deleteTopics(
              admin.listTopics().names().get().stream()
                  .filter(name -> name.startsWith(prefix))
                  .toList())
          .all()
          .get();
      deleteGroups();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "What begins with %s cannot be deleted, delete it: %s"
              .formatted(prefix, e.getCause().getMessage()),
          e.getCause());
    }
  }

  private void deleteGroups() throws ExecutionException, InterruptedException {
    for (KafkaFuture<Void> deleted : admin.deleteConsumerGroups(groups).deletedGroups().values()) {
      try {
        deleted.get();
      } catch (ExecutionException e) {
        // One whose processor never came to join it is not there.
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
  }
}
