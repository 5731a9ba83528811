package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code topics} against a broker: what it makes is what {@code run} needs. */
@ExtendWith(Services.class)
class TopicsIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  private static final Pattern PARTITIONS =
      Pattern.compile("  kafka-topics.sh .* --alter --topic (\\S+) --partitions (\\d+)");
  private static final Pattern SETTING =
      Pattern.compile("  kafka-configs.sh .* --entity-name (\\S+) --add-config (\\S+)=(\\S+)");

  @Test
  void checkedMadeMendedAndUsed(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    NumberedVit.of(8).writeTo(model);
    Topics topics = kafka.topics();
    try (Pipeline pipeline = new Pipeline(kafka, registry, "topics", 3, model)) {
      List.of(pipeline.images(), pipeline.labels(), pipeline.failures()).forEach(topics::delete);
      topics.configure(pipeline.embeddings(), "cleanup.policy", "compact");

      Command check = Command.run(pipeline, "topics", "--check");
      assertThat(check.exitCode()).as(check.toString()).isEqualTo(1);
      assertThat(check.out())
          .startsWith(
              """
              topic                          for         partitions  is
              topics-images                  images               -  missing
              topics-labels                  labels               -  missing
              topics-embeddings              embeddings           3  differs
              topics-failures                failures             -  missing
              topics-resume-marks-changelog  internal             -  made by run
              topics-fence                   internal             -  made by run

              topics-embeddings: 3 partitions, not 6 as the input: less can be read side by side.
                kafka-topics.sh --bootstrap-server %1$s --alter --topic topics-embeddings --partitions 6

              topics-embeddings: cleanup.policy is compact, not delete: a compacted topic refuses \
              records without a key.
                kafka-configs.sh --bootstrap-server %1$s --alter --entity-type topics --entity-name \
              topics-embeddings --add-config cleanup.policy=delete
              """
                  .formatted(kafka.bootstrapServers()));
      assertThat(topics.names()).doesNotContain(pipeline.images());

      Command create = Command.run(pipeline, "topics", "--create", "--partitions", "4");
      assertThat(create.exitCode()).as(create.toString()).isZero();
      assertThat(create.out())
          .contains("topics-images                  images               4  created\n")
          .contains("topics-embeddings              embeddings           3  differs\n");
      assertMade(topics, pipeline);

      create.out().lines().forEach(line -> mend(line, topics));
      Command right = Command.run(pipeline, "topics", "--check");
      assertThat(right.exitCode()).as(right.toString()).isZero();
      assertThat(right.out()).doesNotContain("differs", "missing", "kafka-");

      pipeline.processor().start();
      for (int number = 0; number < 8; number++) {
        pipeline.sendEvent(number % 4, "" + number, NumberedPicture.of(number).png());
      }
      try (CommittedReader results = pipeline.results()) {
        results.awaitRecords(2 * 8, SOON);
      }
      assertThat(Command.run(pipeline, "topics", "--check").out())
          .contains("topics-fence                   internal             4  kept by run\n");
    }
  }

  private static void assertMade(Topics topics, Pipeline pipeline) {
    for (String topic : List.of(pipeline.images(), pipeline.labels(), pipeline.failures())) {
      assertThat(topics.endOffsets(topic)).as(topic).hasSize(4);
      assertThat(topics.property(topic, "cleanup.policy")).isEqualTo("delete");
    }
    assertThat(topics.property(pipeline.images(), "max.message.bytes")).isEqualTo("16842752");
    assertThat(topics.property(pipeline.images(), "retention.ms")).isEqualTo("604800000");
    assertThat(topics.property(pipeline.failures(), "max.message.bytes")).isEqualTo("1048588");
    assertThat(topics.property(pipeline.failures(), "retention.ms")).isEqualTo("2592000000");
    assertThat(topics.endOffsets(pipeline.embeddings())).hasSize(3);
    assertThat(topics.property(pipeline.embeddings(), "cleanup.policy")).isEqualTo("compact");
  }

  /** Does what Kafka's tools would do. */
  private static void mend(String line, Topics topics) {
    Matcher partitions = PARTITIONS.matcher(line);
    if (partitions.matches()) {
      topics.addPartitions(partitions.group(1), Integer.parseInt(partitions.group(2)));
    }
    Matcher setting = SETTING.matcher(line);
    if (setting.matches()) {
      topics.configure(setting.group(1), setting.group(2), setting.group(3));
    }
  }
}
