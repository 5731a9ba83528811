package io.patchstream.topology;

import io.patchstream.inference.Engine;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.serdes.EventSerdes;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * One task's processor in a context whose store can be filled beforehand, with a real engine and
 * the input topic as a refetching consumer sees it.
 */
final class TaskUnderTest {

  static final String TOPIC = "images";
  static final String FENCE = "fence";
  static final int PARTITION = 3;

  static final Duration LONG = Duration.ofMinutes(1);

  /** What the stream thread waits for a place in the engine. */
  static final Duration PATIENCE = Duration.ofMillis(20);

  static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://task-under-test");

  private static final ModelInfo MODEL = new ModelInfo("numbered", "0", "fp32");

  final List<Integer> ticks = new ArrayList<>();
  final StreamCounters counters = new StreamCounters();
  final CollectedTap tap = new CollectedTap();
  final ResidentBytes residentBytes;
  final MicroBatchProcessor processor;
  MockProcessorContext<byte[], Outgoing> context;
  KeyValueStore<String, ResumeMark> marks;

  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final Set<MockConsumer<byte[], byte[]>> refetching = new HashSet<>();
  boolean failPuts;

  private final Path stateFolder;
  private long logStart;

  TaskUnderTest(Engine engine, Path stateFolder, long residentBytes, Duration gap) {
    this(engine, new RawImageReader(), stateFolder, residentBytes, gap);
  }

  TaskUnderTest(
      Engine engine, EventReader reader, Path stateFolder, long residentBytes, Duration gap) {
    this(engine, reader, List.of(labelsOutput()), stateFolder, residentBytes, gap);
  }

  TaskUnderTest(
      Engine engine,
      EventReader reader,
      List<Results.Output> outputs,
      Path stateFolder,
      long residentBytes,
      Duration gap) {
    this.stateFolder = stateFolder;
    this.residentBytes = new ResidentBytes(residentBytes);
    Results results =
        new Results(
            outputs,
            new FailureWriter("failures", 1 << 16, EventSerdes.imageFailure(REGISTRY).serializer()),
            new SinkTopic("failures", "failures", 1 << 20),
            counters,
            new RareWarnings(),
            tap);
    processor =
        new MicroBatchProcessor(
            engine,
            reader,
            results,
            counters,
            tap,
            this.residentBytes,
            this::openLog,
            FENCE,
            ticks::add,
            new Timeouts(LONG, LONG, LONG, PATIENCE, gap, List.of()));
  }

  static Results.Output labelsOutput() {
    SinkTopic labels = new SinkTopic("labels", "labels", 1 << 20);
    LabelWriter writer =
        new LabelWriter(
            labels.topic(),
            MODEL,
            Activation.SOFTMAX,
            EventSerdes.imageClassification(REGISTRY).serializer());
    return new Results.Output(labels, writer::write);
  }

  static Results.Output embeddingsOutput() {
    SinkTopic embeddings = new SinkTopic("embeddings", "embeddings", 1 << 20);
    EmbeddingWriter writer =
        new EmbeddingWriter(
            embeddings.topic(),
            MODEL,
            EmbeddingKind.CLASS_TOKEN,
            "none",
            EventSerdes.imageEmbedding(REGISTRY).serializer());
    return new Results.Output(embeddings, writer::write);
  }

  /** Gives the task a context of its own, with the marks that its last owner committed. */
  void init(Map<String, ResumeMark> committed) {
    init(committed, newContext());
  }

  void init(Map<String, ResumeMark> committed, MockProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    marks =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(MicroBatchProcessor.STORE),
                Serdes.String(),
                ResumeMark.serde())
            .withCachingDisabled()
            .withLoggingDisabled()
            .build();
    marks.init(context.getStateStoreContext(), marks);
    context.addStateStore(failingWhenTold(marks));
    committed.forEach(marks::put);
    processor.init(context);
  }

  /** The store, but that a put fails where {@link #failPuts} says so. */
  private StateStore failingWhenTold(KeyValueStore<String, ResumeMark> store) {
    return (StateStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> {
              if (failPuts && method.getName().equals("put")) {
                throw new StreamsException("the changelog does not answer");
              }
              return method.invoke(store, arguments);
            });
  }

  MockProcessorContext<byte[], Outgoing> newContext() {
    return new MockProcessorContext<>(
        new Properties(), new TaskId(0, PARTITION), stateFolder.toFile());
  }

  /** Puts a record into the input topic without offering it to the task. */
  void append(long offset, byte[] value) {
    append(offset, value, new RecordHeaders());
  }

  void append(long offset, byte[] value, Headers headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            TOPIC,
            PARTITION,
            offset,
            1_000 + offset,
            TimestampType.CREATE_TIME,
            -1,
            -1,
            null,
            value,
            headers,
            Optional.empty());
    log.add(record);
    refetching.forEach(consumer -> consumer.addRecord(record));
  }

  /** Retention takes everything below the offset. */
  void expireBelow(long offset) {
    logStart = offset;
    log.removeIf(record -> record.offset() < offset);
  }

  /** Appends the record and offers it to the task, as Streams does. */
  void consume(long offset, byte[] value) {
    consume(offset, value, new RecordHeaders());
  }

  void consume(long offset, byte[] value, Headers headers) {
    append(offset, value, headers);
    offer(offset, value, headers);
  }

  void offer(long offset, byte[] value) {
    offer(offset, value, new RecordHeaders());
  }

  private void offer(long offset, byte[] value, Headers headers) {
    context.setRecordMetadata(TOPIC, PARTITION, offset);
    processor.process(new Record<>(null, value, 1_000 + offset, headers));
  }

  /** Lets the task consume a tick. */
  void offerTick() {
    context.setRecordMetadata(FENCE, PARTITION, 0);
    processor.process(new Record<>(null, new byte[0], 0, new RecordHeaders()));
  }

  /** Runs what is scheduled once. */
  void punctuate() {
    for (CapturedPunctuator punctuator : List.copyOf(context.scheduledPunctuators())) {
      if (!punctuator.cancelled()) {
        punctuator.getPunctuator().punctuate(System.currentTimeMillis());
      }
    }
  }

  boolean isResting() {
    return context.scheduledPunctuators().stream().allMatch(CapturedPunctuator::cancelled);
  }

  /** Punctuates until the condition holds, for at most half a minute. */
  void runUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "after 30 s there were " + labels() + " and " + failures() + "; ticks " + ticks);
      }
      punctuate();
      Thread.sleep(2);
    }
  }

  void runUntilForwarded(int records) throws InterruptedException {
    runUntil(() -> context.forwarded().size() >= records);
  }

  /** The labels forwarded, in order. */
  List<String> labels() {
    return forwarded("labels")
        .map(
            bytes ->
                EventSerdes.imageClassification(REGISTRY)
                    .deserializer()
                    .deserialize("labels", bytes)
                    .getPredictions()
                    .get(0)
                    .getLabel())
        .toList();
  }

  List<ImageClassification> classifications() {
    return forwarded("labels")
        .map(
            bytes ->
                EventSerdes.imageClassification(REGISTRY)
                    .deserializer()
                    .deserialize("labels", bytes))
        .toList();
  }

  List<ImageFailure> failures() {
    return forwarded("failures")
        .map(
            bytes ->
                EventSerdes.imageFailure(REGISTRY).deserializer().deserialize("failures", bytes))
        .toList();
  }

  private Stream<byte[]> forwarded(String node) {
    return context.forwarded(node).stream().map(sent -> sent.record().value().value());
  }

  /** The input topic as a consumer of its own sees it, also what is appended later. */
  private MockConsumer<byte[], byte[]> openLog() {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("none") {
          @Override
          public synchronized void seek(TopicPartition at, long offset) {
            super.seek(at, offset);
            updateBeginningOffsets(Map.of(at, logStart));
            updateEndOffsets(Map.of(at, Long.MAX_VALUE));
            log.stream().filter(record -> record.offset() >= offset).forEach(this::addRecord);
            refetching.add(this);
          }

          @Override
          public synchronized void close(CloseOptions options) {
            super.close(options);
            refetching.remove(this);
          }
        };
    return consumer;
  }
}
