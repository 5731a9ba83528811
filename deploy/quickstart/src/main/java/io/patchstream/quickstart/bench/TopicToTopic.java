package io.patchstream.quickstart.bench;

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
   * Images a second as a reader of committed results sees them, after the first part of the topic,
   * with which the processor warms up, and before its last part, in which it runs dry.
   *
   * @throws WrongResultException if a result is not what it had to be
   */
  double rate(BenchSettings settings) throws Exception {
    ResultCheck check =
        new ResultCheck(images.workload(), images.order(), answers, topics.partitions());
    ArrivalLine arrivals = new ArrivalLine();
    try (ProcessorRun run = new ProcessorRun(topics, settings, images.topic(), check)) {
      run.start();
      long begin = System.nanoTime();
      while (!check.isComplete()) {
        if (!run.poll().isEmpty() && images.counts(check.count())) {
          arrivals.add((System.nanoTime() - begin) / 1e9, check.count());
        }
      }
    }
    return arrivals.rate();
  }
}
