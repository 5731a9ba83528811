package io.patchstream.topology;

import io.patchstream.topology.TopicState.Advice;
import io.patchstream.topology.TopicState.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The topics of an application, held against what its settings ask of them. Makes those that are
 * missing, and never changes one that is there.
 */
public final class ApplicationTopics implements AutoCloseable {

  private final StreamOptions options;
  private final TopicNeeds needs;
  private final String application;
  private final Brokers brokers;
  private final MissingAcls acls;

  private ApplicationTopics(
      StreamOptions options, TopicNeeds needs, String application, Brokers brokers) {
    this.options = options;
    this.needs = needs;
    this.application = application;
    this.brokers = brokers;
    this.acls = new MissingAcls(brokers.bootstrapServers());
  }

  /**
   * Makes a client; nothing is asked yet.
   *
   * @throws StreamFailedException if the settings make none
   */
  public static ApplicationTopics connect(StreamOptions options, TopicNeeds needs)
      throws StreamFailedException {
    StreamsConfig config = StreamsDefaults.complete(options.client());
    String application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    return new ApplicationTopics(
        options, needs, application, Brokers.connect(config, application + "-topics"));
  }

  /**
   * How each is: the inputs, the outputs, the internal ones.
   *
   * @throws StreamFailedException if the brokers do not answer, or not this user
   */
  public List<TopicState> look() throws StreamFailedException, InterruptedException {
    Map<String, Integer> partitions = partitions();
    List<WantedTopic> wanted = wanted(partitions);
    Map<String, Config> configs =
        configs(wanted.stream().map(WantedTopic::name).filter(partitions::containsKey).toList());
    acls.throwIfAny();
    List<TopicState> states = new ArrayList<>();
    for (WantedTopic topic : wanted) {
      states.add(
          partitions.containsKey(topic.name())
              ? state(topic, partitions.get(topic.name()), configs.get(topic.name()))
              : new TopicState(
                  topic.name(), topic.purpose(), OptionalInt.empty(), Standing.MISSING, List.of()));
    }
    for (String topic : internal()) {
      Integer count = partitions.get(topic);
      states.add(
          new TopicState(
              topic,
              "internal",
              count == null ? OptionalInt.empty() : OptionalInt.of(count),
              Standing.INTERNAL,
              List.of()));
    }
    return states;
  }

  /**
   * Makes what is missing, but for the internal ones, which the processor makes itself.
   *
   * @return how each is now
   * @throws StreamFailedException if the brokers do not answer, or do not make one
   */
  public List<TopicState> create() throws StreamFailedException, InterruptedException {
    List<TopicState> before = look();
    Map<String, WantedTopic> wanted = new LinkedHashMap<>();
    wanted(partitions()).forEach(topic -> wanted.put(topic.name(), topic));
    List<TopicState> after = new ArrayList<>();
    for (TopicState topic : before) {
      after.add(topic.standing() == Standing.MISSING ? create(wanted.get(topic.topic())) : topic);
    }
    acls.throwIfAny();
    return after;
  }

  private TopicState create(WantedTopic topic) throws StreamFailedException, InterruptedException {
    short replicas = (short) needs.replicationFactor().orElse(-1);
    NewTopic made =
        new NewTopic(topic.name(), topic.partitions(), replicas).configs(topic.configuration());
    try {
      brokers.admin().createTopics(List.of(made)).all().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException refusal) {
        acls.add(AclOperation.CREATE, "topic " + topic.name(), refusal);
      } else if (!(e.getCause() instanceof TopicExistsException)) {
        throw new StreamFailedException(
            "The brokers at %s do not make the topic %s: %s"
                .formatted(brokers.bootstrapServers(), topic.name(), e.getCause().getMessage()),
            e.getCause());
      }
    }
    return new TopicState(
        topic.name(),
        topic.purpose(),
        OptionalInt.of(topic.partitions()),
        Standing.CREATED,
        List.of());
  }

  private List<String> internal() {
    return List.of(MicroBatchProcessor.changelog(application), FenceTopic.nameFor(application));
  }

  /** What there should be, beside the partitions that there are. */
  private List<WantedTopic> wanted(Map<String, Integer> partitions) {
    int most =
        options.inputTopics().stream()
            .filter(partitions::containsKey)
            .mapToInt(partitions::get)
            .max()
            .orElse(TopicNeeds.PARTITIONS);
    int ofNew = needs.partitions().orElse(most);
    List<WantedTopic> wanted = new ArrayList<>();
    int ofOutputs = 0;
    for (String input : options.inputTopics()) {
      int count = partitions.getOrDefault(input, ofNew);
      ofOutputs = Math.max(ofOutputs, count);
      wanted.add(WantedTopic.input(input, count, options));
    }
    wanted.addAll(WantedTopic.outputs(ofOutputs, options, needs));
    return wanted;
  }

  private TopicState state(WantedTopic topic, int partitions, Config config) {
    List<Advice> advice = new ArrayList<>();
    if (partitions < topic.partitions()) {
      advice.add(
          new Advice(
              "%d partitions, not %d as the input: less can be read side by side"
                  .formatted(partitions, topic.partitions()),
              "kafka-topics.sh --bootstrap-server %s --alter --topic %s --partitions %d"
                  .formatted(brokers.bootstrapServers(), topic.name(), topic.partitions())));
    }
    for (WantedTopic.Requirement requirement : topic.requirements()) {
      Optional<String> breach = requirement.breach(config.get(requirement.key()).value());
      breach.ifPresent(
          what ->
              advice.add(
                  new Advice(
                      what,
                      ("kafka-configs.sh --bootstrap-server %s --alter --entity-type topics"
                              + " --entity-name %s --add-config %s=%s")
                          .formatted(
                              brokers.bootstrapServers(),
                              topic.name(),
                              requirement.key(),
                              requirement.value()))));
    }
    return new TopicState(
        topic.name(),
        topic.purpose(),
        OptionalInt.of(partitions),
        advice.isEmpty() ? Standing.RIGHT : Standing.DIFFERS,
        List.copyOf(advice));
  }

  /** The partitions of each topic that is there; what may not be seen is noted. */
  private Map<String, Integer> partitions() throws StreamFailedException, InterruptedException {
    List<String> names = new ArrayList<>(options.inputTopics());
    WantedTopic.outputs(0, options, needs).forEach(topic -> names.add(topic.name()));
    names.addAll(internal());
    Map<String, Integer> partitions = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
        brokers.admin().describeTopics(names).topicNameValues().entrySet()) {
      try {
        partitions.put(topic.getKey(), topic.getValue().get().partitions().size());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException refusal) {
          acls.add(AclOperation.DESCRIBE, "topic " + topic.getKey(), refusal);
        } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw brokers.unreachable(e.getCause());
        }
      }
    }
    return partitions;
  }

  private Map<String, Config> configs(Collection<String> topics)
      throws StreamFailedException, InterruptedException {
    List<ConfigResource> resources = new ArrayList<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<String, Config> configs = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
        brokers.admin().describeConfigs(resources).values().entrySet()) {
      String name = topic.getKey().name();
      try {
        configs.put(name, topic.getValue().get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException refusal)) {
          throw brokers.unreachable(e.getCause());
        }
        acls.add(AclOperation.DESCRIBE_CONFIGS, "topic " + name, refusal);
      }
    }
    return configs;
  }

  @Override
  public void close() {
    brokers.close();
  }
}
