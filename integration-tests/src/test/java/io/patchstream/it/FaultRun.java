package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.it.Faults.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A group of three processors under faults, while a stream of numbered pictures flows. */
final class FaultRun implements AutoCloseable {

  private static final int PROCESSORS = 3;
  private static final int PARTITIONS = 6;
  private static final Duration LONG = Duration.ofMinutes(2);

  /** With the brokers' scan for dead transactions under the group's session. */
  private static final String TRANSACTION_MILLIS = "4000";

  private final KafkaCluster kafka;
  private final SchemaRegistry registry;
  private final Pipeline pipeline;
  private final Tally tally;
  private final ResultWatch watch;
  private final List<ProcessorProcess> processors;
  private final FaultReport report;

  /**
   * A group whose processors run.
   *
   * @param model a folder whose model names the number of a picture, below {@code classes}
   */
  FaultRun(
      KafkaCluster kafka,
      SchemaRegistry registry,
      GroupProtocol protocol,
      Path model,
      int classes) {
    this.kafka = kafka;
    this.registry = registry;
    String name = "faults-" + protocol.name().toLowerCase(Locale.ROOT);
    report = new FaultReport(name);
    pipeline = new Pipeline(kafka, registry, name, PARTITIONS, model);
    String limit = Integer.toString(Fate.MAX_LABEL_BYTES);
    kafka.topics().configure(pipeline.labels(), "max.message.bytes", limit);
    protocol.applyTo(pipeline).with("producer.transaction.timeout.ms", TRANSACTION_MILLIS);
    tally = new Tally(pipeline, classes);
    watch = new ResultWatch(kafka, pipeline, tally);
    processors = Stream.generate(pipeline::processor).limit(PROCESSORS).toList();
    processors.forEach(FaultRun::logRestores);
    processors.forEach(ProcessorProcess::start);
    processors.forEach(processor -> processor.awaitRunning(LONG));
  }

  /**
   * Injects the faults, one after the other, each once images flow through all partitions again,
   * and ends the processors.
   *
   * @param seed decides which processors and brokers are hit
   * @param perSecond how many images are sent a second
   * @param images how many are sent in all, at least
   * @throws AssertionError if an image is lost, doubled, swapped or out of order
   */
  void inject(List<Kind> kinds, long seed, int perSecond, int images) throws InterruptedException {
    try (SteadyStream stream = new SteadyStream(pipeline, tally.classes(), perSecond);
        Faults faults = faults(stream, seed)) {
      awaitFlow(stream);
      for (int i = 0; i < kinds.size(); i++) {
        long started = System.nanoTime();
        inject(kinds.get(i), faults, stream);
        System.out.printf(
            "%s: fault %d of %d, %s, %.1f s, %d images sent%n",
            pipeline.name(),
            i + 1,
            kinds.size(),
            faults.latest(),
            (System.nanoTime() - started) / 1e9,
            stream.sent());
      }
      faults.awaitAllRunning();
      stream.awaitSent(images);
      long changelog =
          kafka.topics().largestPartitionBytes(pipeline.name() + "-resume-marks-changelog");
      int sent = stream.stop();
      watch.awaitResults(sent, LONG);
      report.addRestores(Restores.records(processors), changelog);
      end(sent);
    }
  }

  private void inject(Kind kind, Faults faults, SteadyStream stream) {
    faults.awaitReadyFor(kind);
    int doneAgain = watch.doneAgain();
    tally.forgetPauses();
    faults.inject(kind);
    awaitFlow(stream);
    report.add(kind, tally.longestPauses(), watch.doneAgain() - doneAgain);
  }

  private Faults faults(SteadyStream stream, long seed) {
    Duration pause = GroupProtocol.SESSION.plusSeconds(2);
    return new Faults(kafka, registry, pipeline, processors, pause, () -> awaitFlow(stream), seed);
  }

  /** Until images sent from now on have results in all partitions. */
  private void awaitFlow(SteadyStream stream) {
    watch.awaitPast(stream.sent() + PARTITIONS, LONG);
  }

  private void end(int sent) {
    processors.parallelStream().forEach(processor -> processor.terminate(LONG));
    watch.readToEnd(LONG);
    Map<String, List<?>> wrong = tally.wrong(sent);
    report.addImages(sent, wrong, tally.failures());
    System.out.println(report);
    assertThat(wrong).allSatisfy((kind, numbers) -> assertThat(numbers).as(kind).isEmpty());
    // All state is in memory, and in the changelog: there is no folder that could be lost.
    assertThat(processors)
        .allSatisfy(processor -> assertThat(processor.stateFolder()).doesNotExist());
  }

  private static void logRestores(ProcessorProcess processor) {
    processor.withJavaOptions(
        // Many starts: the second compiler would take more than it gives.
        "-Xmx512m -XX:TieredStopAtLevel=1 " + Restores.javaOption());
  }

  @Override
  public void close() {
    pipeline.close();
    watch.close();
  }
}
