package io.patchstream.it;

import io.patchstream.config.InputFormat;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.fixtures.RandomVit;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.model.Model;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.Cluster;
import io.patchstream.topology.StreamOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What an image costs beside model and decoding: heap bytes and processor time by threads, of the
 * processor and of a Kafka Streams application that does nothing with the same records.
 *
 * <p>A random ViT of one layer, D = 768 and 1000 classes; 500 x 375 JPEGs; labels and embeddings;
 * 12 partitions. The broker is another process. The profile {@code image-cost} runs it.
 *
 * <p>On two cores, at 180 images a second: beside the idle application's 225 to 232 kB (two copies
 * of the payload among them) the stream thread leaves 5 to 14 kB an image, the lane 8 and a
 * decoding thread 1, with events the copy of their content besides; and takes 0.1 ms of the
 * processor. Twelve partitions with nothing to do take 1 % of a core, as any Kafka Streams
 * application does that polls every 5 ms.
 */
public final class ImageCost {

  private static final int PARTITIONS = 12;
  private static final RandomVit SHAPE = new RandomVit(768, 1, 12, 3072);

  private final KafkaCluster kafka;
  private final Path folder;
  private final byte[] picture = CostPicture.jpeg(500, 375);
  private final int rate;
  private final int seconds;

  private ImageCost(KafkaCluster kafka, Path folder, int rate, int seconds) {
    this.kafka = kafka;
    this.folder = folder;
    this.rate = rate;
    this.seconds = seconds;
  }

  /**
   * Prints the table.
   *
   * @param arguments images a second, 100 unless given; seconds that each line is measured, 20
   *     unless given, after half as long to become warm
   */
  public static void main(String[] arguments) throws Exception {
    int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    Path folder = SHAPE.writeTo(Files.createTempDirectory("image-cost-"), 1);
    try (KafkaCluster kafka = KafkaCluster.start()) {
      ImageCost cost = new ImageCost(kafka, folder, rate, seconds);
      System.out.printf("%d img/s of %,d bytes, %d s each%n", rate, cost.picture.length, seconds);
      Line.printHead();
      for (InputFormat format : InputFormat.values()) {
        cost.measure(format, true);
        cost.measure(format, false);
      }
    }
    System.exit(0);
  }

  private void measure(InputFormat format, boolean passThrough) throws Exception {
    String name = (passThrough ? "pass-" : "run-") + format.name().toLowerCase();
    for (String topic : List.of("images", "labels", "embeddings", "failures")) {
      kafka.topics().create(name + "-" + topic, PARTITIONS);
    }
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", kafka.bootstrapServers());
    client.put("application.id", name);
    client.put("schema.registry.url", "mock://image-cost");
    client.put("state.dir", folder.resolve("state").toString());
    byte[] value = format == InputFormat.RAW ? picture : event(client, name);
    try (AutoCloseable idle =
            passThrough ? passThrough(client, name) : processor(client, name, format);
        Load load = new Load(kafka, name, value, rate)) {
      Thread.sleep(5_000);
      ThreadCosts before = ThreadCosts.now();
      Thread.sleep(seconds * 500L);
      new Line(name + " idle", seconds / 2.0, 0, ThreadCosts.now().since(before)).print();
      load.start();
      Thread.sleep(seconds * 500L);
      before = ThreadCosts.now();
      long countBefore = load.results();
      Thread.sleep(seconds * 1_000L);
      new Line(name, seconds, load.results() - countBefore, ThreadCosts.now().since(before))
          .print();
    }
  }

  private static AutoCloseable passThrough(Map<String, Object> client, String name) {
    return new PassThrough(client, name + "-images", name + "-labels", name + "-embeddings");
  }

  private AutoCloseable processor(Map<String, Object> client, String name, InputFormat format)
      throws Exception {
    StreamOptions options =
        new StreamOptions(
            List.of(name + "-images"),
            format,
            Optional.of(name + "-labels"),
            Optional.of(name + "-embeddings"),
            name + "-failures",
            1 << 16,
            64 << 20,
            new FetchOptions(List.of(), List.of(), 1, Duration.ofSeconds(1), 1, S3Options.DEFAULT),
            "image-cost",
            client);
    Engine engine = engine();
    ClassificationStream stream = new ClassificationStream(Cluster.check(options), engine);
    stream.start();
    return () -> {
      stream.close();
      engine.close();
    };
  }

  private Engine engine() throws Exception {
    try (Model model = Model.open(folder)) {
      ImageOptions images =
          new ImageOptions(
              Preprocessing.read(folder),
              16,
              new Resolution(Resolution.Mode.FIXED, 196),
              new ImageLimits(1 << 20, 1 << 20),
              true);
      return Engine.open(
          model, images, EngineOptions.defaults(Runtime.getRuntime().availableProcessors()));
    }
  }

  private byte[] event(Map<String, Object> client, String name) {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setImageId("camera-17/2024-05-06T07:08:09.123Z")
            .setContent(ByteBuffer.wrap(picture))
            .setAttributes(Map.of("camera", "17", "site", "north"))
            .build();
    try (var serializer = EventSerdes.imageEvent(client).serializer()) {
      return serializer.serialize(name + "-images", event);
    }
  }

  /** Sends images at an even pace, and counts their results. */
  private static final class Load implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong results = new AtomicLong();
    private final String name;
    private final byte[] value;
    private final long pauseNanos;
    private final Thread sender = new Thread(this::send, "measuring-sender");
    private final Thread counter = new Thread(this::count, "measuring-counter");
    private volatile boolean closed;

    Load(KafkaCluster kafka, String name, byte[] value, int rate) {
      this.name = name;
      this.value = value;
      pauseNanos = 1_000_000_000L / rate;
      producer = kafka.producer(Map.of("client.id", "measuring"));
      consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", kafka.bootstrapServers(), "client.id", "measuring"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(kafka.topics().partitions(List.of(name + "-labels")));
      consumer.seekToBeginning(consumer.assignment());
    }

    void start() {
      sender.start();
      counter.start();
    }

    long results() {
      return results.get();
    }

    private void send() {
      long next = System.nanoTime();
      for (int i = 0; !closed; i++) {
        byte[] key = ("key-" + i).getBytes();
        producer.send(new ProducerRecord<>(name + "-images", i % PARTITIONS, key, value));
        next += pauseNanos;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }

    private void count() {
      while (!closed) {
        results.addAndGet(consumer.poll(Duration.ofMillis(200)).count());
      }
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      sender.join();
      counter.join();
      consumer.close();
      producer.close(Duration.ZERO);
    }
  }

  /** A line of the table: by the image, or by the second where there were none. */
  private record Line(String name, double seconds, long images, ThreadCosts costs) {

    static void printHead() {
      System.out.printf("%-16s %8s", "", "images");
      for (ThreadCosts.Group group : ThreadCosts.Group.values()) {
        System.out.printf(" %20s", group);
      }
      System.out.println();
    }

    void print() {
      double per = images > 0 ? images : seconds;
      System.out.printf("%-16s %8d", name, images);
      for (ThreadCosts.Group group : ThreadCosts.Group.values()) {
        ThreadCosts.Cost cost = costs.of(group);
        System.out.printf(" %,9.0f B %,6.0f us", cost.bytes() / per, cost.nanos() / 1e3 / per);
      }
      System.out.println(images > 0 ? " an image" : " a second");
    }
  }
}
