package io.patchstream.topology;

import io.patchstream.inference.Engine;
import io.patchstream.schemas.FailureReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Hands the images of one task to the engine and forwards their results in arrival order.
 *
 * <p>Three rules make this exactly once although the engine works beside the stream thread:
 *
 * <ul>
 *   <li>The {@link ResumeMark} of a partition is stored before the results that it counts as
 *       forwarded, in their transaction.
 *   <li>A task forwards nothing and stores nothing until it has consumed a record since {@link
 *       #init}: only then do its transactions carry consumed offsets, by which the group fences one
 *       that has lost its partitions. Where only a backlog is left, a tick through the fence topic
 *       is that record.
 *   <li>A thread that did not run for half a session gives its tasks up.
 * </ul>
 *
 * <p>Used by one stream thread; Streams may call {@link #init} again on the same object.
 */
final class MicroBatchProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

  static final String STORE = "resume-marks";

  private static final Duration PUNCTUATION = Duration.ofMillis(5);
  private static final long TICK_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Engine engine;
  private final EventReader reader;
  private final Results results;
  private final StreamCounters counters;
  private final ResultTap tap;
  private final ResidentBytes residentBytes;
  private final Supplier<Consumer<byte[], byte[]>> refetchConsumers;
  private final String fenceTopic;
  private final IntConsumer fenceTick;
  private final Timeouts timeouts;

  // What follows belongs to one incarnation of the task: init() makes all of it anew.
  private ProcessorContext<byte[], Outgoing> context;
  private KeyValueStore<String, ResumeMark> marks;
  private Map<String, InFlightPartition> partitions;
  private Map<String, InputRefetcher> refetchers;
  private boolean hasConsumed;
  private Cancellable punctuation;
  private long lastRunNanos;
  private long lastTickNanos;

  /**
   * The processor of one task.
   *
   * @param engine shared by all tasks of the process
   * @param reader input record to encoded image, on the engine's decoding threads
   * @param results outcome to output records
   * @param counters shared by all tasks of the process
   * @param tap asked for each image whether it is to be seen
   * @param residentBytes shared by all tasks of the process
   * @param refetchConsumers makes a consumer without a group, read_committed, no offset reset
   * @param fenceTopic a record of this topic is a tick
   * @param fenceTick asks for a tick in the partition of that number
   * @param timeouts how long the stream thread may be kept
   */
  MicroBatchProcessor(
      Engine engine,
      EventReader reader,
      Results results,
      StreamCounters counters,
      ResultTap tap,
      ResidentBytes residentBytes,
      Supplier<Consumer<byte[], byte[]>> refetchConsumers,
      String fenceTopic,
      IntConsumer fenceTick,
      Timeouts timeouts) {
    this.engine = engine;
    this.reader = reader;
    this.results = results;
    this.counters = counters;
    this.tap = tap;
    this.residentBytes = residentBytes;
    this.refetchConsumers = refetchConsumers;
    this.fenceTopic = fenceTopic;
    this.fenceTick = fenceTick;
    this.timeouts = timeouts;
  }

  /** The internal topic in which Streams keeps the marks of an application. */
  static String changelog(String application) {
    return application + "-" + STORE + "-changelog";
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
    marks = context.getStateStore(STORE);
    partitions = new HashMap<>();
    refetchers = new HashMap<>();
    hasConsumed = false;
    punctuation = null;
    try (KeyValueIterator<String, ResumeMark> all = marks.all()) {
      all.forEachRemaining(
          entry -> {
            if (!entry.value.isEmpty()) {
              partitions.put(entry.key, InFlightPartition.resuming(entry.value));
            }
          });
    }
    if (!partitions.isEmpty()) {
      tick();
      wakeWhileInFlight();
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    failAsStreamsDoes(
        () -> {
          giveUpAfterGap();
          RecordMetadata at = context.recordMetadata().orElseThrow();
          if (!at.topic().equals(fenceTopic)) {
            consume(InputRecord.of(record, at));
          }
          hasConsumed = true;
          lastRunNanos = System.nanoTime();
        });
  }

  /** Cancels and forwards nothing: what is unfinished is the next owner's. */
  @Override
  public void close() {
    if (punctuation != null) {
      punctuation.cancel();
    }
    partitions.values().forEach(InFlightPartition::cancel);
    refetchers.values().forEach(InputRefetcher::close);
    partitions.clear();
    refetchers.clear();
  }

  private void consume(InputRecord record) {
    InFlightPartition partition =
        partitions.computeIfAbsent(
            record.topic(), topic -> InFlightPartition.startingAt(record.offset()));
    if (partition.isRetry(record.offset())) {
      return;
    }
    partition.rewindTo(record.offset());
    awaitRoom(record.topic(), partition);
    marks.put(record.topic(), partition.markAfter(record.offset()));
    partition.consume(record.offset());
    if (partition.backlogFrom() == record.offset() && residentBytes.tryHold(record.bytes())) {
      partition.add(submit(record));
    }
    wakeWhileInFlight();
  }

  /**
   * Slows a partition down to the pace of the engine, within bounds that never endanger the
   * transaction or the membership in the group. A backlog is worked off first.
   */
  private void awaitRoom(String topic, InFlightPartition partition) {
    long patience = timeouts.patience().toNanos();
    long started = System.nanoTime();
    try {
      for (long left = patience; left > 0; left = patience - (System.nanoTime() - started)) {
        boolean room = engine.awaitCapacity(Duration.ofNanos(left));
        if (!partition.hasBacklog()) {
          return;
        }
        if (!room || !fetchBacklog(topic, partition)) {
          Thread.sleep(1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private InFlightImage submit(InputRecord record) {
    return new InFlightImage(record, reader, tap, engine::submit, residentBytes);
  }

  private void punctuate(long timestamp) {
    failAsStreamsDoes(
        () -> {
          giveUpAfterGap();
          partitions.forEach(this::fetchBacklog);
          if (hasConsumed) {
            partitions.forEach(this::forwardDone);
          } else if (System.nanoTime() - lastTickNanos > TICK_AGAIN_NANOS) {
            tick();
          }
          restWhenNothingIsInFlight();
        });
  }

  /** Brings what the engine has room for; false if nothing came. */
  private boolean fetchBacklog(String topic, InFlightPartition partition) {
    if (!partition.hasBacklog()) {
      return false;
    }
    long before = partition.backlogFrom();
    InputRefetcher refetcher = refetchers.computeIfAbsent(topic, this::openRefetcher);
    while (partition.hasBacklog() && hasRoom()) {
      InputRecord record = refetcher.peek();
      failExpired(topic, partition, refetcher.expiredBelow());
      if (record == null || record.offset() >= partition.next()) {
        break;
      }
      if (!residentBytes.tryHold(record.bytes())) {
        break;
      }
      refetcher.take();
      partition.add(submit(record));
      if (partition.wasLeftBehind(record.offset())) {
        counters.redone();
      }
    }
    partition.skipTo(refetcher.position());
    if (!partition.hasBacklog()) {
      refetchers.remove(topic).close();
    }
    return partition.backlogFrom() > before;
  }

  private void failExpired(String topic, InFlightPartition partition, long expiredBelow) {
    while (partition.hasBacklog() && partition.backlogFrom() < expiredBelow) {
      InputRecord lost =
          InputRecord.expired(topic, context.taskId().partition(), partition.backlogFrom());
      partition.add(
          new InFlightImage(
              lost,
              new RejectedEventException(
                  FailureReason.SOURCE_EXPIRED,
                  "The input topic lost offset "
                      + lost.offset()
                      + " of "
                      + topic
                      + "-"
                      + lost.partition()
                      + " before it was finished (a transaction marker may have stood there)."
                      + " Keep retention above the longest outage.")));
    }
  }

  private boolean hasRoom() {
    try {
      return engine.awaitCapacity(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private InputRefetcher openRefetcher(String topic) {
    return new InputRefetcher(
        refetchConsumers.get(),
        new TopicPartition(topic, context.taskId().partition()),
        partitions.get(topic).backlogFrom());
  }

  /** The mark first, then the results that it leaves behind, all in one transaction. */
  private void forwardDone(String topic, InFlightPartition partition) {
    List<InFlightImage> done = new ArrayList<>();
    for (InFlightImage image; (image = partition.pollDone()) != null; ) {
      done.add(image);
    }
    if (done.isEmpty()) {
      return;
    }
    try {
      marks.put(topic, partition.mark());
      for (InFlightImage image : done) {
        results
            .of(image.outcome())
            .forEach(result -> context.forward(result.record(), result.node()));
        counters.forwarded(image.nanosSinceDone(), image.timestamp());
      }
    } finally {
      done.forEach(InFlightImage::release);
    }
  }

  private void tick() {
    lastTickNanos = System.nanoTime();
    fenceTick.accept(context.taskId().partition());
  }

  /** A standing punctuation would make an idle task commit for ever. */
  private void wakeWhileInFlight() {
    if (punctuation == null) {
      lastRunNanos = System.nanoTime();
      punctuation = context.schedule(PUNCTUATION, PunctuationType.WALL_CLOCK_TIME, this::punctuate);
    }
  }

  private void restWhenNothingIsInFlight() {
    if (punctuation != null && partitions.values().stream().allMatch(InFlightPartition::isEmpty)) {
      punctuation.cancel();
      punctuation = null;
    }
  }

  /**
   * While something is in flight this thread runs every few milliseconds. If it did not for half a
   * session, it was paused, and another process may own its tasks by now.
   */
  private void giveUpAfterGap() {
    long gap = System.nanoTime() - lastRunNanos;
    if (punctuation != null && gap > timeouts.gap().toNanos()) {
      throw new TaskMigratedException(
          "The stream thread did not run for " + gap / 1_000_000 + " ms, half a session or more");
    }
    lastRunNanos = System.nanoTime();
  }

  /**
   * A {@link TimeoutException} must not escape: Streams would take the task for corrupted and
   * commit what it forwarded without its state. As another exception it ends the thread, whose
   * transaction is aborted and whose successor redoes the work.
   */
  private static void failAsStreamsDoes(Runnable work) {
    try {
      work.run();
    } catch (TimeoutException e) {
      throw new StreamsException("Kafka did not answer in time: " + e.getMessage(), e);
    }
  }
}
