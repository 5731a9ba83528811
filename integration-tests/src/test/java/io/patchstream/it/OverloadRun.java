package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.schemas.ImageEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;

/**
 * One processor with a small heap that is sent more than it can take, and its memory meanwhile. The
 * numbers of all that is sent follow one another.
 */
final class OverloadRun implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int PARTITIONS = 6;
  private static final int AHEAD = 300;
  private static final int HEAP_MB = 320;

  /** What a process may take besides its heap for images, in bytes. */
  private static final long NATIVE = 200_000_000;

  private final KafkaCluster kafka;
  private final Pipeline pipeline;
  private final Tally tally;
  private final ResultWatch watch;
  private final ProcessorProcess processor;
  private final long atReady;
  private long peak;
  private int sent;

  OverloadRun(KafkaCluster kafka, SchemaRegistry registry, String name, Path model, int classes) {
    this.kafka = kafka;
    pipeline = new Pipeline(kafka, registry, name, PARTITIONS, model);
    pipeline.with("patchstream.in.flight.max.bytes", "16000000");
    String limit = Integer.toString(Fate.MAX_LABEL_BYTES);
    kafka.topics().configure(pipeline.labels(), "max.message.bytes", limit);
    tally = new Tally(pipeline, classes);
    watch = new ResultWatch(kafka, pipeline, tally);
    processor = pipeline.processor().withJavaOptions("-Xmx" + HEAP_MB + "m").start();
    processor.awaitLog("Ready", LONG);
    atReady = processor.rssAnonBytes();
  }

  /**
   * Images a second where they are sent as fast as they are done, in the last third of the time.
   */
  double capacity(IntFunction<ImageEvent> events, Duration during) throws InterruptedException {
    try (ClosedLoop loop = new ClosedLoop(pipeline, events, sent, tally::results, AHEAD)) {
      Thread.sleep(during.toMillis() * 2 / 3);
      int before = tally.results();
      long started = System.nanoTime();
      Thread.sleep(during.toMillis() / 3);
      double perSecond = (tally.results() - before) * 1e9 / (System.nanoTime() - started);
      sent = loop.stop();
      watch.awaitResults(sent, LONG);
      look();
      return perSecond;
    }
  }

  /**
   * Sends images evenly over a time, or as fast as the brokers take them where that is longer.
   *
   * @return seconds that it took
   */
  double burst(IntFunction<ImageEvent> events, int images, Duration over)
      throws InterruptedException {
    long started = System.nanoTime();
    for (int i = 0; i < images; i++) {
      int number = sent++;
      pipeline.sendEvent(number % PARTITIONS, Integer.toString(number), events.apply(number));
      if (i % 500 == 0) {
        look();
        long due = started + over.toNanos() / images * i;
        Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
      }
    }
    pipeline.flush();
    return (System.nanoTime() - started) / 1e9;
  }

  /** Images that wait in the input topic. */
  long lag() {
    var committed = kafka.topics().committed(pipeline.name());
    return kafka.topics().endOffsets(pipeline.images()).entrySet().stream()
        .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  /** Waits until all that was sent has its result. */
  void awaitResults(Duration atMost) {
    long lag = lag();
    long started = System.nanoTime();
    Await.until(
        atMost,
        () -> tally.results() + " of " + sent + " results",
        () -> {
          look();
          Thread.sleep(200);
          return tally.results() >= sent;
        });
    System.out.printf(
        "overload: lag %d when all was sent, 0 after %.0f s; RssAnon %d MB at ready, %d MB at"
            + " most%n",
        lag, (System.nanoTime() - started) / 1e9, atReady / 1_000_000, peak / 1_000_000);
  }

  /**
   * Ends the processor.
   *
   * @throws AssertionError if an image is lost, doubled, swapped or out of order, or the memory was
   *     not bounded
   */
  void assertExact() {
    assertThat(processor.terminate(LONG)).isZero();
    watch.readToEnd(LONG);
    System.out.printf("overload: %d images, failures as meant %s%n", sent, tally.failures());
    assertThat(tally.wrong(sent))
        .allSatisfy((kind, numbers) -> assertThat(numbers).as(kind).isEmpty());
    assertThat(peak).as("memory").isLessThan(atReady + HEAP_MB * 1_000_000L + NATIVE);
  }

  private void look() {
    peak = Math.max(peak, processor.rssAnonBytes());
  }

  @Override
  public void close() {
    pipeline.close();
    watch.close();
  }
}
