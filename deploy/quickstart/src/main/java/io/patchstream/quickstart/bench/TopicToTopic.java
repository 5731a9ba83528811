package io.patchstream.quickstart.bench;

import io.patchstream.inference.EngineStatistics;

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
   * @param busy share of the time in which the session ran
   * @param starved share of the time in which it waited for images that were being decoded
   */
  record Timing(double rate, double meanBatch, double busy, double starved) {}

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
      EngineStatistics before = null;
      EngineStatistics after = null;
      long begin = 0;
      long end = 0;
      while (!check.isComplete()) {
        if (!run.poll().isEmpty() && images.counts(check.count())) {
          end = System.nanoTime();
          after = run.engine();
          if (before == null) {
            begin = end;
            before = after;
          }
          arrivals.add((end - begin) / 1e9, check.count());
        }
      }
      double rate = arrivals.rate();
      EngineStatistics engine = after.since(before);
      return new Timing(
          rate,
          engine.meanBatchSize(),
          engine.busy().toNanos() / (double) (end - begin),
          engine.starved().toNanos() / (double) (end - begin));
    }
  }
}
