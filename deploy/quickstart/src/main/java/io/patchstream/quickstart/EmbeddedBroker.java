package io.patchstream.quickstart;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker in this JVM: one KRaft node, the server of a Kafka installation with few threads
 * and small buffers. It listens on free ports of loopback alone, and keeps its log in a temporary
 * folder that is deleted when it is closed.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int NODE_ID = 1;
  private static final int MIB = 1 << 20;

  private final Path folder = Files.createTempDirectory("patchstream-broker-");
  private final int[] ports = freePorts();
  private KafkaRaftServer server;

  private EmbeddedBroker() throws IOException {}

  /**
   * A broker that answers.
   *
   * @throws IOException if there is no room for its folder, or no port
   */
  public static EmbeddedBroker start() throws IOException {
    EmbeddedBroker broker = new EmbeddedBroker();
    boolean answers = false;
    try {
      broker.format();
      broker.server = new KafkaRaftServer(new KafkaConfig(broker.properties(), false), Time.SYSTEM);
      broker.server.startup();
      answers = true;
      return broker;
    } finally {
      if (!answers) {
        broker.close();
      }
    }
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + ports[0];
  }

  /** Makes topics of so many partitions. */
  void createTopics(Collection<String> names, int partitions) throws InterruptedException {
    Map<String, Object> config =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(config)) {
      admin
          .createTopics(
              names.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a new broker makes topics", e.getCause());
    }
  }

  /** Stops it and deletes its folder. */
  @Override
  public void close() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " cannot be deleted: delete it.", e);
    }
  }

  private Map<String, Object> properties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", NODE_ID);
    properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports[1]);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
    properties.put("inter.broker.listener.name", "CLIENTS");
    properties.put(
        "listeners", "CLIENTS://" + bootstrapServers() + ",CONTROLLER://127.0.0.1:" + ports[1]);
    properties.put("log.dirs", folder.toString());
    // There is one node, and no second member of a group to wait for.
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      properties.put(topic + ".num.partitions", 1);
      properties.put(topic + ".replication.factor", (short) 1);
    }
    properties.put("transaction.state.log.min.isr", 1);
    properties.put("group.initial.rebalance.delay.ms", 0);
    properties.put("auto.create.topics.enable", false);
    // Small and tidy, however long it runs.
    properties.put("num.network.threads", 1);
    properties.put("num.io.threads", 2);
    properties.put("background.threads", 1);
    properties.put("group.coordinator.threads", 1);
    properties.put("log.cleaner.dedupe.buffer.size", 2 * MIB);
    properties.put("log.segment.bytes", 16 * MIB);
    properties.put("log.retention.ms", 600_000);
    return properties;
  }

  private void format() {
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE_ID)
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("The broker's folder " + folder + " cannot be formatted.", e);
    }
  }

  /** Two ports of loopback that nobody listens on. */
  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }
}
