package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processors at capacity for as long as {@code mvn -Pfaults verify -Dit.test=SoakIT
 * -Dsoak.minutes=30} says, with images of mixed sizes: every minute what is on their heap after a
 * full collection and what memory they have (RssAnon), which stay as they are. Then a rolling
 * restart: what it restores is small however long they ran.
 */
@ExtendWith(Services.class)
@EnabledIfSystemProperty(named = "soak.minutes", matches = "\\d+")
class SoakIT {

  private static final int MINUTES = Integer.getInteger("soak.minutes", 0);
  private static final int PROCESSORS = 2;
  private static final int PARTITIONS = 6;
  private static final int CLASSES = 256;
  private static final int AHEAD = 400;
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final long KEPT_BYTES = 256 << 20;

  /** Of the heap, all of which is touched at the start: what grows is live or native. */
  private static final String JAVA_OPTIONS = "-Xms384m -Xmx384m -XX:+AlwaysPreTouch ";

  /** One look at one processor. */
  private record Memory(long heapBytes, long rssAnonBytes) {}

  private final List<List<Memory>> minutes = new ArrayList<>();

  @Test
  void memoryStaysFlatAndRestoresStaySmall(SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    NumberedVit.of(CLASSES).withCellPatches(2).withSize(128, 4, 512).writeTo(model);
    Map<String, String> cleaning =
        Map.of("log.cleaner.enable", "true", "log.retention.check.interval.ms", "10000");
    try (KafkaCluster kafka = KafkaCluster.start(1, cleaning);
        Pipeline pipeline = new Pipeline(kafka, registry, "soak", PARTITIONS, model)) {
      keepLittle(kafka, pipeline);
      pipeline.with("num.standby.replicas", "0").with("patchstream.resolution", "event");
      Tally tally = new Tally(pipeline, CLASSES);
      MixedPictures pictures = new MixedPictures(CLASSES);
      List<ProcessorProcess> processors =
          Stream.generate(pipeline::processor).limit(PROCESSORS).toList();
      processors.forEach(it -> it.withJavaOptions(JAVA_OPTIONS + Restores.javaOption()).start());
      processors.forEach(processor -> processor.awaitRunning(LONG));
      try (ResultWatch watch = new ResultWatch(kafka, pipeline, tally);
          ClosedLoop loop = new ClosedLoop(pipeline, pictures::event, 0, tally::results, AHEAD)) {
        watch.awaitPast(PARTITIONS, LONG);
        watchMemory(processors, tally);
        restart(processors, kafka, tally);
        int sent = loop.stop();
        watch.awaitResults(sent, LONG);
        processors.parallelStream().forEach(processor -> processor.terminate(LONG));
        watch.readToEnd(LONG);
        System.out.printf("soak: %d images, failures as meant %s%n", sent, tally.failures());
        assertThat(tally.wrong(sent))
            .allSatisfy((kind, numbers) -> assertThat(numbers).as(kind).isEmpty());
      }
      assertFlat();
    }
  }

  /** The disk is to hold minutes, not all of it. */
  private static void keepLittle(KafkaCluster kafka, Pipeline pipeline) {
    List<String> topics =
        List.of(pipeline.images(), pipeline.labels(), pipeline.embeddings(), pipeline.failures());
    for (String topic : topics) {
      kafka.topics().configure(topic, "retention.bytes", Long.toString(KEPT_BYTES));
      kafka.topics().configure(topic, "segment.bytes", Long.toString(KEPT_BYTES / 8));
    }
    kafka
        .topics()
        .configure(pipeline.labels(), "max.message.bytes", Integer.toString(Fate.MAX_LABEL_BYTES));
  }

  private void watchMemory(List<ProcessorProcess> processors, Tally tally)
      throws InterruptedException {
    long started = System.nanoTime();
    int before = tally.results();
    for (int minute = 1; minute <= MINUTES; minute++) {
      long next = started + Duration.ofMinutes(minute).toNanos();
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      processors.forEach(processor -> processor.assertAlive("while it was watched"));
      List<Memory> now =
          processors.stream().map(it -> new Memory(it.liveHeapBytes(), it.rssAnonBytes())).toList();
      minutes.add(now);
      int done = tally.results();
      System.out.printf(
          "soak: minute %d, %.0f images a second; heap after a full collection %s MB, RssAnon %s"
              + " MB%n",
          minute,
          (done - before) / 60.0,
          now.stream().map(it -> it.heapBytes() / 1_000_000).toList(),
          now.stream().map(it -> it.rssAnonBytes() / 1_000_000).toList());
      before = done;
    }
  }

  private static void restart(List<ProcessorProcess> processors, KafkaCluster kafka, Tally tally) {
    int earlier = Restores.records(processors).length;
    tally.forgetPauses();
    for (ProcessorProcess processor : processors) {
      assertThat(processor.terminate(LONG)).isZero();
      processor.start().awaitRunning(LONG);
    }
    long[] all = Restores.records(processors);
    long[] pauses = tally.longestPauses();
    Arrays.sort(pauses);
    System.out.printf(
        "soak: rolling restart after %d minutes: records restored at assignments %s of changelog"
            + " partitions of at most %d bytes; longest pause of a partition: median %d ms%n",
        MINUTES,
        Arrays.toString(all),
        kafka.topics().largestPartitionBytes("soak-resume-marks-changelog"),
        pauses[pauses.length / 2]);
    assertThat(all.length).as("assignments that restored something").isGreaterThan(earlier);
  }

  /** The last third beside the one before; the first is for warming up. */
  private void assertFlat() {
    int third = MINUTES / 3;
    for (int processor = 0; processor < PROCESSORS && third > 0; processor++) {
      int which = processor;
      List<Memory> samples = minutes.stream().map(minute -> minute.get(which)).toList();
      Memory then = median(samples.subList(third, 2 * third));
      Memory now = median(samples.subList(2 * third, 3 * third));
      System.out.printf("soak: processor %d, medians of thirds: %s, then %s%n", which, then, now);
      assertThat(now.heapBytes()).isLessThan(then.heapBytes() * 105 / 100 + 3_000_000);
      assertThat(now.rssAnonBytes()).isLessThan(then.rssAnonBytes() * 102 / 100 + 8_000_000);
    }
  }

  private static Memory median(List<Memory> samples) {
    return new Memory(
        samples.stream().mapToLong(Memory::heapBytes).sorted().toArray()[samples.size() / 2],
        samples.stream().mapToLong(Memory::rssAnonBytes).sorted().toArray()[samples.size() / 2]);
  }
}
