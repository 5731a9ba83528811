package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.topology.UnfinishedImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What processor/RUNBOOK.md says, done: an input that gets more partitions while images are in
 * flight, an application that is drained, and an internal topic that a later build has written.
 */
@ExtendWith(Services.class)
class PartitionsIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int FEW = 4;
  private static final int MANY = 8;

  /** Numbers below this one are sent while there are few partitions. */
  private static final int BEFORE = 40;

  private static final int COUNT = 100;

  @Test
  void fromFourToEightAndDrained(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    NumberedVit.of(COUNT).writeTo(model);
    try (Gate gate = new Gate();
        Pipeline pipeline = new Pipeline(kafka, registry, "partitions", FEW, model);
        CommittedReader results = kafka.reader(pipeline.labels(), pipeline.failures())) {
      pipeline
          .with("patchstream.embeddings.topic", "")
          .with("patchstream.content.uri.prefixes", gate.origin())
          .with("patchstream.content.uri.private.hosts", "127.0.0.1")
          .with("patchstream.content.uri.timeout.ms", "60000");
      UnfinishedImages unfinished = new UnfinishedImages(new HashMap<>(pipeline.settings()));
      ProcessorProcess first = pipeline.processor().start().awaitRunning(SOON);
      Command refused = Command.run(pipeline, "drain");
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
      assertThat(refused.err()).startsWith("Stop all processes of partitions first");
      send(gate, pipeline, 0, BEFORE / 2);
      results.awaitRecords(BEFORE / 2, SOON);
      gate.shut();
      send(gate, pipeline, BEFORE / 2, BEFORE);
      stopInFlight(first, unfinished);

      kafka.topics().addPartitions(pipeline.images(), MANY);
      gate.open();
      ProcessorProcess second = pipeline.processor().start();
      results.awaitRecords(BEFORE, SOON);
      gate.shut();
      send(gate, pipeline, BEFORE, COUNT - 20);
      stopInFlight(second, unfinished);
      send(gate, pipeline, COUNT - 20, COUNT);

      gate.open();
      drain(kafka, pipeline, unfinished);

      ProcessorProcess third = pipeline.processor().start();
      results.awaitRecords(COUNT, SOON);
      assertThat(third.terminate(SOON)).isZero();
      results.readToEnd(SOON);
      assertThat(results.records(pipeline.failures())).isEmpty();
      assertEachOnceInOrder(pipeline, results.records(pipeline.labels()));
      assertThat(unfinished.count()).isEmpty();
      aMarkOfALaterBuildIsRefused(kafka, pipeline);
    }
  }

  /** Stops it when it has images in flight, which cannot be finished: the gate is shut. */
  private static void stopInFlight(ProcessorProcess processor, UnfinishedImages unfinished)
      throws Exception {
    Await.until(SOON, () -> "nothing was taken", () -> !unfinished.count().isEmpty());
    assertThat(processor.terminate(SOON)).isZero();
    assertThat(unfinished.count()).as("in flight").isNotEmpty();
  }

  /** Everything in flight is finished and nothing new is taken. */
  private static void drain(KafkaCluster kafka, Pipeline pipeline, UnfinishedImages unfinished)
      throws Exception {
    Map<String, Long> inFlight = unfinished.count();
    Map<TopicPartition, Long> taken = taken(kafka, pipeline);
    assertThat(inFlight).isNotEmpty();
    Command drained = Command.run(pipeline, "drain");
    assertThat(drained.exitCode()).as(drained.toString()).isZero();
    inFlight.forEach(
        (partition, images) ->
            assertThat(drained.out()).contains(partition + ": " + images + " in flight\n"));
    assertThat(drained.out()).endsWith("Nothing is in flight.\n");
    assertThat(unfinished.count()).isEmpty();
    assertThat(taken(kafka, pipeline)).as("what is taken of the input").isEqualTo(taken);
  }

  private static void aMarkOfALaterBuildIsRefused(KafkaCluster kafka, Pipeline pipeline) {
    try (Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
      producer.send(
          new ProducerRecord<>(
              "partitions-resume-marks-changelog",
              0,
              pipeline.images().getBytes(UTF_8),
              new byte[] {2, 0, 0}));
    }
    ProcessorProcess earlier = pipeline.processor().start();
    assertThat(earlier.awaitExit(SOON)).isEqualTo(1);
    assertThat(earlier.log())
        .contains("a resume mark of version 2, and this build knows version 1");
  }

  private static int partitions(int number) {
    return number < BEFORE ? FEW : MANY;
  }

  private static void send(Gate gate, Pipeline pipeline, int from, int to) {
    for (int number = from; number < to; number++) {
      pipeline.sendEvent(
          number % partitions(number),
          Integer.toString(number),
          ImageEvent.newBuilder().setContentUri(gate.origin() + "/" + number).build());
    }
    pipeline.flush();
  }

  /** A web server that gives the picture of a number, once its gate is open. */
  private static final class Gate implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile CountDownLatch shut = new CountDownLatch(0);

    Gate() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
    }

    String origin() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void shut() {
      shut = new CountDownLatch(1);
    }

    void open() {
      shut.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        shut.await();
        int number = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
        byte[] picture = NumberedPicture.of(number).png();
        exchange.sendResponseHeaders(200, picture.length);
        exchange.getResponseBody().write(picture);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      open();
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private static void assertEachOnceInOrder(
      Pipeline pipeline, List<ConsumerRecord<byte[], byte[]>> labels) {
    Map<Integer, Integer> seen = new HashMap<>();
    Map<List<Integer>, Integer> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : labels) {
      int number = Integer.parseInt(new String(record.key(), UTF_8));
      seen.merge(number, 1, Integer::sum);
      assertThat(pipeline.label(record).getPredictions().get(0).getLabel())
          .isEqualTo(Integer.toString(number));
      Integer before = last.put(List.of(record.partition(), number % partitions(number)), number);
      if (before != null && partitions(before) == partitions(number)) {
        assertThat(before).as("order within a partition").isLessThan(number);
      }
    }
    assertThat(seen).hasSize(COUNT).allSatisfy((number, times) -> assertThat(times).isOne());
  }

  private static Map<TopicPartition, Long> taken(KafkaCluster kafka, Pipeline pipeline) {
    Map<TopicPartition, Long> taken = kafka.topics().committed("partitions");
    taken.keySet().removeIf(partition -> !partition.topic().equals(pipeline.images()));
    return taken;
  }
}
