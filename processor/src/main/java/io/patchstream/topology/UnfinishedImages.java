package io.patchstream.topology;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the processes of a group have left unfinished, as their committed {@link ResumeMark}s tell:
 * the changelog is read, nobody is asked.
 */
public final class UnfinishedImages {

  private static final Duration POLL = Duration.ofMillis(100);

  /** A process that was killed leaves a transaction open until the broker aborts it. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(2);

  private final StreamsConfig config;
  private final String application;

  /**
   * The unfinished images of an application.
   *
   * @param client everything that goes to Kafka Streams as it is
   * @throws StreamFailedException if it is no configuration of ours
   */
  public UnfinishedImages(Map<String, Object> client) throws StreamFailedException {
    config = StreamsDefaults.complete(client);
    application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
  }

  /**
   * Sees that no process of the group runs.
   *
   * @throws StreamFailedException if one does, or the brokers do not answer
   */
  public void requireNobodyRuns() throws StreamFailedException, InterruptedException {
    try (Brokers brokers = brokers()) {
      for (GroupListing group : brokers.answer(brokers.admin().listGroups().all())) {
        if (group.groupId().equals(application) && !hasEnded(group)) {
          throw new StreamFailedException(
              "Stop all processes of "
                  + application
                  + " first: its group still has members. One that was killed is a member until"
                  + " its session times out (consumer.session.timeout.ms).");
        }
      }
    }
  }

  /**
   * How many images are unfinished at the most, by the input partitions that have some. Waits for
   * transactions that are open.
   *
   * @throws StreamFailedException if the changelog cannot be read
   */
  public Map<String, Long> count() throws StreamFailedException, InterruptedException {
    Map<TopicPartition, Long> ends;
    try (Brokers brokers = brokers()) {
      ends = new ClusterCheck(brokers).changelogEnds(MicroBatchProcessor.changelog(application));
    }
    Map<String, Long> unfinished = new TreeMap<>();
    marks(ends)
        .forEach(
            (partition, mark) -> {
              if (!mark.isEmpty()) {
                unfinished.put(partition.toString(), mark.next() - mark.resume());
              }
            });
    return unfinished;
  }

  /** The last committed mark of each input partition. */
  private Map<TopicPartition, ResumeMark> marks(Map<TopicPartition, Long> ends)
      throws StreamFailedException {
    Map<TopicPartition, ResumeMark> marks = new HashMap<>();
    Deserializer<ResumeMark> deserializer = ResumeMark.serde().deserializer();
    long deadline = System.nanoTime() + LONGEST_TRANSACTION.toNanos();
    try (Consumer<String, byte[]> consumer = consumer()) {
      Collection<TopicPartition> partitions = ends.keySet();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
        if (System.nanoTime() > deadline) {
          throw new StreamFailedException(
              "The changelog of "
                  + application
                  + " is not readable to its end: a transaction is still open.");
        }
        for (ConsumerRecord<String, byte[]> mark : consumer.poll(POLL)) {
          marks.put(
              new TopicPartition(mark.key(), mark.partition()),
              deserializer.deserialize(mark.topic(), mark.value()));
        }
      }
      return marks;
    } catch (KafkaException e) {
      throw new StreamFailedException(e.getMessage(), e);
    }
  }

  private Consumer<String, byte[]> consumer() {
    Map<String, Object> consumer =
        new HashMap<>(config.getRestoreConsumerConfigs(application + "-unfinished"));
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(consumer, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private Brokers brokers() throws StreamFailedException {
    return Brokers.connect(config, application + "-unfinished");
  }

  private static boolean hasEnded(GroupListing group) {
    return group
        .groupState()
        .filter(state -> state == GroupState.EMPTY || state == GroupState.DEAD)
        .isPresent();
  }
}
