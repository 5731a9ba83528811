package io.patchstream.quickstart.bench;

import io.patchstream.cli.Processor;
import io.patchstream.config.Settings;
import io.patchstream.inference.EngineStatistics;
import io.patchstream.inference.Histogram;
import io.patchstream.ops.Operations;
import io.patchstream.quickstart.CommittedLabel;
import io.patchstream.quickstart.LabelReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One processor in this process, as {@code run} has it, from one topic to another, and a reader of
 * committed results who checks each.
 */
final class ProcessorRun implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final ResultCheck check;
  private final Operations operations;
  private final Processor processor;
  private final LabelReader reader;
  private long lastNanos;

  /**
   * Opens it; nothing is read yet.
   *
   * @param settings of the processor, but for topics and cluster
   * @param images the topic that it reads
   * @throws Exception what is wrong with model or cluster
   */
  ProcessorRun(BenchTopics topics, BenchSettings settings, String images, ResultCheck check)
      throws Exception {
    this.check = check;
    String labels = topics.make("labels", 0);
    String failures = topics.make("failures", 0);
    Map<String, String> all = new HashMap<>();
    topics.client().forEach((key, value) -> all.put(key, value.toString()));
    all.put(Settings.INPUT_TOPICS, images);
    all.put(Settings.INPUT_FORMAT, "avro");
    all.put(Settings.LABELS_TOPIC, labels);
    all.put(Settings.EMBEDDINGS_TOPIC, "");
    all.put(Settings.DEAD_LETTER_TOPIC, failures);
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.newApplication());
    Settings theirs = settings.with(all).settings();
    operations = Operations.open(theirs);
    processor = Processor.open(theirs, operations.tap());
    reader = new LabelReader(topics.client(), labels, failures);
  }

  /**
   * Begins to read.
   *
   * @throws Exception if it cannot
   */
  void start() throws Exception {
    processor.stream().start();
    operations.watch(processor.engine(), processor.stream(), processor.card());
    if (!processor.stream().awaitRunning(LONGEST_START)) {
      throw new IllegalStateException(
          "The stream has not begun to read after %d s.".formatted(LONGEST_START.toSeconds()));
    }
    lastNanos = System.nanoTime();
  }

  /**
   * What has been committed since the last call, all of it right.
   *
   * @throws WrongResultException if a result is not what it had to be
   * @throws Exception if the processor has ended, or no result comes any more
   */
  List<CommittedLabel> poll() throws Exception {
    List<CommittedLabel> results = reader.poll(POLL);
    for (CommittedLabel result : results) {
      check.accept(
          result.partition(), EventSender.number(result.headers()), result.classification());
    }
    long now = System.nanoTime();
    if (!results.isEmpty()) {
      lastNanos = now;
    } else if (!processor.stream().condition().isReady()) {
      processor.stream().awaitEnd();
    } else if (now - lastNanos > LONGEST_SILENCE.toNanos()) {
      throw new WrongResultException(
          "No result has come out for %d s, after %d: the others are lost, or the machine is far too slow."
              .formatted(LONGEST_SILENCE.toSeconds(), check.count()));
    }
    return results;
  }

  /** What the engine has done so far. */
  EngineStatistics engine() {
    return processor.engine().statistics();
  }

  /** How many batches the engine can run at a time. */
  int lanes() {
    return processor.engine().devices().lanes().size();
  }

  /** How long images took in the engine so far. */
  Histogram latencies() {
    return processor.engine().latencies();
  }

  @Override
  public void close() {
    reader.close();
    processor.close();
    operations.close();
  }
}
