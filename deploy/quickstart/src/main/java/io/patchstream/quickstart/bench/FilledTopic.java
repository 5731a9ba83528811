package io.patchstream.quickstart.bench;

/**
 * A topic of images that wait for their processors.
 *
 * @param topic its name
 * @param workload what is in it
 * @param order which picture each image is
 * @param warmUp images at the beginning that do not count
 * @param timed images after those that do
 */
record FilledTopic(String topic, Workload workload, int[] order, int warmUp, int timed) {

  /** What a topic may take of a disk. */
  private static final long MOST_BYTES = 1L << 30;

  /**
   * Makes it and fills it, for a processor that is expected to reach a rate.
   *
   * @param expectedRate images a second
   * @param seconds that the images that count last at that rate
   * @param least images that count
   */
  static FilledTopic fill(
      BenchTopics topics,
      Workload workload,
      double expectedRate,
      double seconds,
      int least,
      long seed)
      throws Exception {
    int affordable = (int) (MOST_BYTES / 2 / workload.meanBytes());
    int timed = Math.min(affordable, Math.max(least, (int) (expectedRate * seconds)));
    int around = Math.max(least, timed / 3);
    int[] order = workload.order(around + timed + around, seed);
    String topic = topics.make("images-" + workload.name(), workload.largestBytes());
    try (EventSender sender = new EventSender(topics, topic, workload, order)) {
      long now = System.currentTimeMillis();
      for (int number = 0; number < order.length; number++) {
        sender.send(number, now);
      }
      sender.flush();
    }
    return new FilledTopic(topic, workload, order, around, timed);
  }

  /** Whether the clock runs when so many results have come. */
  boolean counts(int results) {
    return results > warmUp && results <= warmUp + timed;
  }
}
