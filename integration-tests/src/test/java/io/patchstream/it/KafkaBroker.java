package io.patchstream.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka broker: one KRaft node in a JVM of its own, on loopback, with its log in a new folder.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);
  private static final AtomicInteger BROKERS = new AtomicInteger();

  private final Path folder = Workspace.folder("kafka-" + BROKERS.incrementAndGet());
  private final int port = Workspace.freePort();
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  private final Topics topics = new Topics(admin);
  private ChildProcess process;

  private KafkaBroker(Map<String, String> overrides) {
    format(properties(overrides));
  }

  /** A running broker with properties that suit short tests. */
  public static KafkaBroker start() {
    return start(Map.of());
  }

  /** As above; {@code overrides} replace or add broker properties ({@code message.max.bytes}). */
  public static KafkaBroker start(Map<String, String> overrides) {
    KafkaBroker broker = new KafkaBroker(overrides);
    broker.restart();
    return broker;
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** What the broker holds. */
  public Topics topics() {
    return topics;
  }

  /** A producer of bytes; idempotent and with acks=all, as Kafka's defaults are. */
  public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A reader of the committed records of the given topics, from their beginnings. */
  public CommittedReader reader(String... names) {
    return new CommittedReader(bootstrapServers(), topics, List.of(names));
  }

  /** Starts the broker again after {@link #stop}: the same port, the same records. */
  public void restart() {
    process =
        ChildProcess.java(
            "the broker",
            folder.resolve("broker.log"),
            List.of(
                "-Xmx384m",
                // Two cores are shared with the processors: start fast, keep few threads.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlog.level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                folder.resolve("server.properties").toString()));
    Await.until(
        LONGEST_START,
        () -> "the broker does not answer at " + bootstrapServers() + "\n" + process.tail(),
        () ->
            process.failIfEnded("at its start")
                || !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty());
  }

  /** Stops the broker as an operator does (SIGTERM). */
  public void stop() {
    process.terminate();
    process.awaitExit(LONGEST_STOP);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    process.close();
  }

  private Properties properties(Map<String, String> overrides) {
    int controllerPort = Workspace.freePort();
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
    properties.put("inter.broker.listener.name", "CLIENTS");
    properties.put(
        "listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("log.dirs", folder.resolve("data").toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "1");
    for (String internal : List.of("offsets.topic", "transaction.state.log")) {
      properties.put(internal + ".num.partitions", "4");
      properties.put(internal + ".replication.factor", "1");
    }
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    // Seconds at a real broker's defaults: the tests would mostly wait.
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // Nothing is compacted away, so that the size of a topic is what has been written to it.
    properties.put("log.cleaner.enable", "false");
    properties.putAll(overrides);
    return properties;
  }

  private void format(Properties properties) {
    Path file = folder.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String cluster = Uuid.randomUuid().toString();
    String[] arguments = {"format", "--standalone", "-t", cluster, "-c", file.toString()};
    if (StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8)) != 0) {
      throw new AssertionError(
          "the broker's storage cannot be formatted: " + said.toString(StandardCharsets.UTF_8));
    }
  }
}
