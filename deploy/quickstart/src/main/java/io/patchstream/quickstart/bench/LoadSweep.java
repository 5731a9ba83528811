package io.patchstream.quickstart.bench;

import io.patchstream.inference.EngineStatistics;
import io.patchstream.inference.Histogram;
import io.patchstream.quickstart.CommittedLabel;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Sends images at random times, as many a second as it is told, and measures how long each takes
 * from its event's timestamp, which is when it was due, to a reader of committed results.
 */
final class LoadSweep {

  private final BenchTopics topics;
  private final Workload workload;
  private final Answers answers;
  private final double capacity;

  /**
   * Of one workload.
   *
   * @param capacity images a second that the processor can take
   */
  LoadSweep(BenchTopics topics, Workload workload, Answers answers, double capacity) {
    this.topics = topics;
    this.workload = workload;
    this.answers = answers;
    this.capacity = capacity;
  }

  /**
   * Measures one load.
   *
   * @param fraction of the capacity that is offered
   * @param seconds that it is offered for; as a quarter of that goes before and does not count
   * @throws WrongResultException if a result is not what it had to be
   */
  LoadPoint measure(BenchSettings settings, double fraction, double seconds, long seed)
      throws Exception {
    double offered = fraction * capacity;
    int warmUp = (int) Math.ceil(offered * seconds / 4);
    int counted = (int) Math.ceil(offered * seconds);
    int[] order = workload.order(warmUp + counted, seed);
    String images = topics.make("load", workload.largestBytes());
    ResultCheck check = new ResultCheck(workload, order, answers, topics.partitions());
    EventLatencies latencies = new EventLatencies(warmUp, counted);
    try (ProcessorRun run = new ProcessorRun(topics, settings, images, check);
        EventSender sender = new EventSender(topics, images, workload, order)) {
      run.start();
      PoissonArrivals arrivals = new PoissonArrivals(offered, seed);
      FutureTask<Void> sending = inBackground(() -> send(sender, order.length, arrivals));
      EngineStatistics engineBefore = run.engine();
      Histogram inEngineBefore = run.latencies();
      while (!check.isComplete()) {
        if (check.count() < warmUp) {
          engineBefore = run.engine();
          inEngineBefore = run.latencies();
        }
        for (CommittedLabel result : run.poll()) {
          latencies.add(
              EventSender.number(result.headers()),
              result.timestampMillis(),
              System.currentTimeMillis());
        }
      }
      sending.get();
      EngineStatistics engine = run.engine().since(engineBefore);
      Histogram inEngine = run.latencies().since(inEngineBefore);
      return new LoadPoint(
          fraction,
          offered,
          latencies.throughput(),
          latencies.images(),
          latencies.millis().at(0.5),
          latencies.millis().at(0.99),
          engine.meanBatchSize(),
          engine.meanBatchTime().toNanos() / 1e6,
          inEngine.percentile(0.99) / 1e6);
    }
  }

  private static Void send(EventSender sender, int count, PoissonArrivals arrivals)
      throws InterruptedException {
    long beginNanos = System.nanoTime();
    long beginMillis = System.currentTimeMillis();
    for (int number = 0; number < count; number++) {
      long dueNanos = arrivals.nextNanos();
      TimeUnit.NANOSECONDS.sleep(beginNanos + dueNanos - System.nanoTime());
      // An image that leaves late has waited since it was due.
      sender.send(number, beginMillis + TimeUnit.NANOSECONDS.toMillis(dueNanos));
    }
    sender.flush();
    return null;
  }

  private static FutureTask<Void> inBackground(Callable<Void> work) {
    FutureTask<Void> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "bench-arrivals");
    thread.setDaemon(true);
    thread.start();
    return task;
  }
}
