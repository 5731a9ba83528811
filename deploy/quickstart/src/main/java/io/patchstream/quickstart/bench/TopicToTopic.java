package io.patchstream.quickstart.bench;

import io.patchstream.inference.EngineStatistics;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * Times the whole processor on a topic that has been filled before, so that it never waits for an
 * image and sending costs nothing.
 */
final class TopicToTopic {

  private final BenchTopics topics;
  private final FilledTopic images;
  private final Answers answers;

  TopicToTopic(BenchTopics topics, FilledTopic images, Answers answers) {
    this.topics = topics;
    this.images = images;
    this.answers = answers;
  }

  /**
   * What came of it.
   *
   * @param rate images a second, as a reader of committed results sees them
   * @param meanBatch images in a batch, in the mean
   * @param busy share of the time in which a lane's session ran
   * @param starved share of the time in which it waited for images that were being decoded
   * @param jit share of the cores, at most, on which the JVM compiled; hours later it does not
   */
  record Timing(double rate, double meanBatch, double busy, double starved, double jit) {}

  /**
   * Runs one processor over the topic. The clock runs after the first part of it, with which the
   * processor warms up, and before its last part, in which it runs dry.
   *
   * @throws WrongResultException if a result is not what it had to be
   */
  Timing time(BenchSettings settings) throws Exception {
    ResultCheck check =
        new ResultCheck(images.workload(), images.order(), answers, topics.partitions());
    ArrivalLine arrivals = new ArrivalLine();
    try (ProcessorRun run = new ProcessorRun(topics, settings, images.topic(), check)) {
      run.start();
      Moment before = null;
      Moment after = null;
      while (!check.isComplete()) {
        if (!run.poll().isEmpty() && images.counts(check.count())) {
          after = Moment.of(run);
          before = before == null ? after : before;
          arrivals.add((after.nanos() - before.nanos()) / 1e9, check.count());
        }
      }
      return timing(arrivals.rate(), before, after, run.lanes());
    }
  }

  private static Timing timing(double rate, Moment before, Moment after, int lanes) {
    EngineStatistics engine = after.engine().since(before.engine());
    double nanos = after.nanos() - before.nanos();
    return new Timing(
        rate,
        engine.meanBatchSize(),
        engine.busy().toNanos() / (lanes * nanos),
        engine.starved().toNanos() / (lanes * nanos),
        1e6
            * (after.compilingMillis() - before.compilingMillis())
            / (Runtime.getRuntime().availableProcessors() * nanos));
  }

  /** How far the process is at one moment. */
  private record Moment(long nanos, EngineStatistics engine, long compilingMillis) {

    private static final CompilationMXBean JIT = ManagementFactory.getCompilationMXBean();

    static Moment of(ProcessorRun run) {
      return new Moment(System.nanoTime(), run.engine(), JIT.getTotalCompilationTime());
    }
  }
}
