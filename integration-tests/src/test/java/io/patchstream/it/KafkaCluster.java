package io.patchstream.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka cluster of one or of three KRaft nodes, each in a JVM of its own, on loopback, with their
 * logs in new folders. In a cluster of three all topics have three replicas, of which two must have
 * what is acknowledged.
 */
public final class KafkaCluster implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final AtomicInteger CLUSTERS = new AtomicInteger();

  private final String name = "kafka-" + CLUSTERS.incrementAndGet();
  private final List<Integer> ports;
  private final List<KafkaNode> nodes;
  private final Admin admin;
  private final Topics topics;

  private KafkaCluster(int size, Map<String, String> overrides) {
    ports = Workspace.freePorts(size);
    List<Integer> controllerPorts = Workspace.freePorts(size);
    String cluster = Uuid.randomUuid().toString();
    nodes =
        IntStream.range(0, size)
            .mapToObj(
                index -> {
                  Properties properties = properties(index, controllerPorts);
                  overrides.forEach((key, value) -> properties.merge(key, value, adding(key)));
                  return new KafkaNode(index + 1, folder(index), cluster, properties);
                })
            .toList();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    topics = new Topics(admin);
  }

  /** One running node with properties that suit short tests. */
  public static KafkaCluster start() {
    return start(1, Map.of());
  }

  /**
   * A running cluster.
   *
   * @param size nodes, 1 or 3
   * @param overrides replace or add broker properties ({@code message.max.bytes}); those of
   *     listeners stand beside the cluster's own
   */
  public static KafkaCluster start(int size, Map<String, String> overrides) {
    KafkaCluster cluster = new KafkaCluster(size, overrides);
    cluster.restart();
    return cluster;
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /** What the cluster holds. */
  public Topics topics() {
    return topics;
  }

  /** Its nodes, for faults. */
  public List<KafkaNode> nodes() {
    return nodes;
  }

  /** A producer of bytes; idempotent and with acks=all, as Kafka's defaults are. */
  public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A consumer of bytes without a group. */
  Consumer<byte[], byte[]> consumer(IsolationLevel isolation) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation.toString(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** A reader of the committed records of the given topics, from their beginnings. */
  public CommittedReader reader(String... names) {
    return new CommittedReader(
        consumer(IsolationLevel.READ_COMMITTED), topics, topics.partitions(List.of(names)));
  }

  /** Starts all nodes again after {@link #stop}: the same ports, the same records. */
  public void restart() {
    nodes.forEach(KafkaNode::start);
    awaitAllUp();
  }

  /** Waits until all nodes are members of the cluster. */
  public void awaitAllUp() {
    Await.until(
        LONGEST_START,
        () ->
            "not all brokers answer at "
                + bootstrapServers()
                + "\n"
                + nodes.stream().map(KafkaNode::tail).collect(Collectors.joining("\n")),
        () -> {
          nodes.forEach(node -> node.failIfEnded("at its start"));
          return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == nodes.size();
        });
  }

  /** Stops all nodes as an operator does (SIGTERM). */
  public void stop() {
    nodes.forEach(KafkaNode::stop);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    nodes.forEach(KafkaNode::close);
  }

  private static BinaryOperator<Object> adding(String key) {
    return (own, more) -> key.startsWith("listener") ? own + "," + more : more;
  }

  private Path folder(int index) {
    return Workspace.folder(ports.size() == 1 ? name : name + "-" + (index + 1));
  }

  private Properties properties(int index, List<Integer> controllerPorts) {
    int replicas = ports.size();
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(index + 1));
    properties.put(
        "controller.quorum.voters",
        IntStream.range(0, replicas)
            .mapToObj(node -> node + 1 + "@127.0.0.1:" + controllerPorts.get(node))
            .collect(Collectors.joining(",")));
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
    properties.put("inter.broker.listener.name", "CLIENTS");
    properties.put(
        "listeners",
        "CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(ports.get(index), controllerPorts.get(index)));
    properties.put("auto.create.topics.enable", "false");
    String inSync = Integer.toString(Math.max(1, replicas - 1));
    properties.put("default.replication.factor", Integer.toString(replicas));
    properties.put("min.insync.replicas", inSync);
    for (String internal : List.of("offsets.topic", "transaction.state.log")) {
      properties.put(internal + ".num.partitions", "4");
      properties.put(internal + ".replication.factor", Integer.toString(replicas));
    }
    properties.put("transaction.state.log.min.isr", inSync);
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    properties.putAll(GroupProtocol.brokerProperties());
    // Seconds at a real broker's defaults: the tests would mostly wait.
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // Nothing is compacted away, so that the size of a topic is what has been written to it.
    properties.put("log.cleaner.enable", "false");
    return properties;
  }
}
