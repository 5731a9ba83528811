package io.patchstream.topology;

import io.patchstream.config.InputFormat;
import io.patchstream.fetch.ContentFetcher;
import io.patchstream.inference.Engine;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.ModelInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * Image events in, labels and embeddings out, exactly once and in order, until it is closed. The
 * engine is the caller's, and is to be closed after the stream.
 */
public final class ClassificationStream implements AutoCloseable {

  /** How long {@link #close} may take; whoever kills a process that does not end waits longer. */
  public static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);

  private static final String LABELS = "labels";
  private static final String EMBEDDINGS = "embeddings";
  private static final String FAILURES = "failures";

  private final StreamCounters counters = new StreamCounters();
  private final ResidentBytes residentBytes;
  private final Timeouts timeouts;
  private final FenceTopic fence;
  private final ContentFetcher fetcher;
  private final RareWarnings rareWarnings = new RareWarnings();
  private final RegistryWaits registryWaits = new RegistryWaits(rareWarnings);
  private final InputLag lag;
  private final KafkaStreams streams;
  private final ThreadFailures threadFailures;
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Builds the stream; nothing is read before {@link #start}. */
  public ClassificationStream(Cluster cluster, Engine engine) {
    this(cluster, engine, ResultTap.NONE);
  }

  /** As above, and lets the tap see what becomes of images. */
  public ClassificationStream(Cluster cluster, Engine engine, ResultTap tap) {
    this(cluster, engine, tap, cluster.options().inputTopics(), cluster.config());
  }

  /**
   * A stream that finishes what others have left in flight, and takes nothing new: its one source
   * is the fence topic, by whose ticks it proves that it owns its tasks. No other process may be in
   * the group.
   */
  public static ClassificationStream finishing(Cluster cluster, Engine engine) {
    Map<String, Object> config = new HashMap<>(cluster.config().originals());
    // Brokers keep the sources of a group of the streams protocol, and let nobody change them.
    config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0);
    return new ClassificationStream(
        cluster, engine, ResultTap.NONE, List.of(), new StreamsConfig(config));
  }

  private ClassificationStream(
      Cluster cluster,
      Engine engine,
      ResultTap tap,
      List<String> inputTopics,
      StreamsConfig config) {
    StreamOptions options = cluster.options();
    String application = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    String fenceTopic = FenceTopic.nameFor(application);
    timeouts = Timeouts.derive(config, cluster.tasks(), cluster.streamsSession());
    fence =
        new FenceTopic(fenceTopic, config.getProducerConfigs(application + "-fence"), rareWarnings);

    lag = new InputLag(options.inputTopics());
    fetcher = new ContentFetcher(options.content());
    EventReader reader = reader(cluster, fetcher, registryWaits);
    residentBytes = new ResidentBytes(options.inFlightMaxBytes());
    List<SinkTopic> sinks = new ArrayList<>();
    Results results = results(cluster, engine, sinks, counters, rareWarnings, tap);
    Supplier<Consumer<byte[], byte[]>> refetchConsumers = refetchConsumers(config, application);
    Topology topology =
        ClassificationTopology.build(
            inputTopics,
            fenceTopic,
            sinks,
            () ->
                new MicroBatchProcessor(
                    engine,
                    reader,
                    results,
                    counters,
                    tap,
                    residentBytes,
                    refetchConsumers,
                    fenceTopic,
                    fence::tick,
                    timeouts));
    streams = new KafkaStreams(topology, config, new LeavingClients());
    threadFailures = new ThreadFailures(options.inputTopics());
    streams.setUncaughtExceptionHandler(threadFailures);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            started.countDown();
          }
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.countDown();
            started.countDown();
          }
        });
  }

  /** The waits that were chosen. */
  public Timeouts timeouts() {
    return timeouts;
  }

  /** What an operator should know of the settings; empty if there is nothing. */
  public List<String> warnings() {
    return timeouts.warnings();
  }

  /** What it has done so far. */
  public StreamStatistics statistics() {
    return counters.statistics();
  }

  /**
   * How many records of the input topics this process has not read yet, of the partitions that it
   * has; empty before its first fetch. What is read and not finished is in flight.
   */
  public OptionalLong lag() {
    return lag.of(streams.metrics());
  }

  /** Bytes of input records in memory. */
  public long bytesInFlight() {
    return residentBytes.held();
  }

  /** How many bytes of input records may be in memory; the record that reaches it may go beyond. */
  public long maxBytesInFlight() {
    return residentBytes.limit();
  }

  /** The Kafka Streams beneath, for what it measures itself. */
  public KafkaStreams kafkaStreams() {
    return streams;
  }

  /** Joins the group and begins to read. */
  public void start() {
    streams.start();
  }

  /**
   * Waits until it reads: it has joined its group and has its partitions.
   *
   * @return whether it came so far in that time
   * @throws StreamFailedException if it ended instead, saying why
   */
  public boolean awaitRunning(Duration atMost) throws InterruptedException, StreamFailedException {
    boolean inTime = started.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (ended.getCount() == 0) {
      awaitEnd();
    }
    return inTime;
  }

  /** How it is now. */
  public StreamCondition condition() {
    return new StreamCondition(
        streams.state(),
        Optional.ofNullable(threadFailures.fatal()).map(Throwable::getMessage),
        registryWaits.waiting());
  }

  /**
   * Waits until the stream has ended.
   *
   * @throws StreamFailedException if it ended by itself, saying why
   */
  public void awaitEnd() throws InterruptedException, StreamFailedException {
    ended.await();
    failIfFatal();
  }

  /**
   * As above, but for so long at most.
   *
   * @return whether it has ended
   */
  public boolean awaitEnd(Duration atMost) throws InterruptedException, StreamFailedException {
    boolean inTime = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    failIfFatal();
    return inTime;
  }

  private void failIfFatal() throws StreamFailedException {
    Throwable fatal = threadFailures.fatal();
    if (fatal != null) {
      throw new StreamFailedException(
          "The stream ended, nothing is lost: " + fatal.getMessage(), fatal);
    }
  }

  /** Commits what is forwarded and leaves the group; what is in flight is the next owner's. */
  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(LONGEST_CLOSE)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    fetcher.close();
    fence.close();
    rareWarnings.close();
    ended.countDown();
  }

  private static EventReader reader(
      Cluster cluster, ContentFetcher fetcher, RegistryWaits registryWaits) {
    if (cluster.options().inputFormat() == InputFormat.RAW) {
      return new RawImageReader();
    }
    return new AvroEventReader(cluster.serdes().events(), fetcher, registryWaits);
  }

  /** The writers of the topics that are configured; their sinks are added to {@code sinks}. */
  private static Results results(
      Cluster cluster,
      Engine engine,
      List<SinkTopic> sinks,
      StreamCounters counters,
      RareWarnings warnings,
      ResultTap tap) {
    StreamOptions options = cluster.options();
    TopicSerdes serdes = cluster.serdes();
    ModelInfo model =
        new ModelInfo(
            engine.identity().name(), engine.identity().revision(), engine.identity().precision());
    List<Results.Output> outputs = new ArrayList<>();
    options
        .labelsTopic()
        .ifPresent(
            topic -> {
              Activation activation = Activation.valueOf(engine.identity().activation().name());
              LabelWriter writer = new LabelWriter(topic, model, activation, serdes.labels());
              outputs.add(new Results.Output(cluster.sink(LABELS, topic), writer::write));
            });
    options
        .embeddingsTopic()
        .ifPresent(
            topic -> {
              EmbeddingKind kind = EmbeddingKind.valueOf(engine.identity().embedding().name());
              EmbeddingWriter writer =
                  new EmbeddingWriter(
                      topic, model, kind, options.preprocessingId(), serdes.embeddings());
              outputs.add(new Results.Output(cluster.sink(EMBEDDINGS, topic), writer::write));
            });
    SinkTopic deadLetters = cluster.sink(FAILURES, options.deadLetterTopic());
    outputs.forEach(output -> sinks.add(output.sink()));
    sinks.add(deadLetters);
    FailureWriter failures =
        new FailureWriter(
            options.deadLetterTopic(), options.deadLetterMaxBytes(), serdes.failures());
    return new Results(outputs, failures, deadLetters, counters, warnings, tap);
  }

  /** Consumers without a group that see what Streams sees, and notice what retention took. */
  private static Supplier<Consumer<byte[], byte[]>> refetchConsumers(
      StreamsConfig config, String application) {
    AtomicInteger count = new AtomicInteger();
    return () -> {
      Map<String, Object> consumer =
          new HashMap<>(
              config.getRestoreConsumerConfigs(
                  application + "-refetch-" + count.incrementAndGet()));
      consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
      consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 32);
      return new KafkaConsumer<>(
          consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    };
  }
}
