package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Brokers whose disk is slow: images wait, and none is lost, doubled or out of order. */
@ExtendWith(Services.class)
class SlowDiskIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration SLOW = Duration.ofSeconds(40);
  private static final int PROCESSORS = 2;
  private static final int PARTITIONS = 4;
  private static final int CLASSES = 1_024;
  private static final int PER_SECOND = 40;

  /** Each write is flushed, and a flush takes a fifth of a second: a commit takes many of them. */
  @Test
  @EnabledIfSystemProperty(named = "slow.disk", matches = "true")
  void flushesThatTakeLong(SchemaRegistry registry, @TempDir Path model) throws Exception {
    NumberedVit.of(CLASSES).writeTo(model);
    try (KafkaCluster kafka = KafkaCluster.start(1, Map.of("log.flush.interval.messages", "1"));
        Pipeline pipeline = new Pipeline(kafka, registry, "slow-disk", PARTITIONS, model)) {
      GroupProtocol.CLASSIC.applyTo(pipeline).with("producer.transaction.timeout.ms", "4000");
      String limit = Integer.toString(Fate.MAX_LABEL_BYTES);
      kafka.topics().configure(pipeline.labels(), "max.message.bytes", limit);
      List<ProcessorProcess> processors =
          Stream.generate(pipeline::processor).limit(PROCESSORS).toList();
      processors.forEach(ProcessorProcess::start);
      processors.forEach(processor -> processor.awaitRunning(LONG));
      Tally tally = new Tally(pipeline, CLASSES);
      try (ResultWatch watch = new ResultWatch(kafka, pipeline, tally);
          SteadyStream stream = new SteadyStream(pipeline, CLASSES, PER_SECOND)) {
        watch.awaitPast(stream.sent() + PARTITIONS, LONG);
        tally.forgetPauses();
        int before = tally.results();
        long flushes;
        try (SlowDisk disk = new SlowDisk(kafka.nodes().get(0).pid(), Duration.ofMillis(200))) {
          Thread.sleep(SLOW.toMillis());
          flushes = disk.flushes();
        }
        int meanwhile = tally.results() - before;
        watch.awaitPast(stream.sent() + PARTITIONS, LONG);
        int sent = stream.stop();
        watch.awaitResults(sent, LONG);
        processors.forEach(processor -> assertThat(processor.terminate(LONG)).isZero());
        watch.readToEnd(LONG);
        System.out.printf(
            "slow disk: %d flushes of 200 ms in %d s, %d results meanwhile, %d images in all, %d"
                + " done again; longest pause of a partition %s ms%n",
            flushes,
            SLOW.toSeconds(),
            meanwhile,
            sent,
            watch.doneAgain(),
            Arrays.toString(tally.longestPauses()));
        assertThat(flushes).as("flushes that were slowed down").isGreaterThan(PARTITIONS);
        assertThat(tally.wrong(sent))
            .allSatisfy((kind, numbers) -> assertThat(numbers).as(kind).isEmpty());
      }
    }
  }
}
