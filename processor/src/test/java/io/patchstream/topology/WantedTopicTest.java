package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.patchstream.config.InputFormat;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.topology.WantedTopic.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WantedTopicTest {

  private static final String LARGEST = "max.message.bytes";
  private static final int MIB = 1 << 20;

  @Test
  void anInputTakesTheLargestImage() {
    assertThat(input(16 * MIB, List.of()).configuration())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "604800000")
        .containsEntry(LARGEST, Integer.toString(16 * MIB + 65_536));
  }

  @Test
  void unlessImagesMayLieElsewhere() {
    assertThat(input(16 * MIB, List.of("https:")).configuration()).doesNotContainKey(LARGEST);
  }

  @Test
  void anOutputTakesItsLargestRecordAndNeverLessThanUsual() {
    List<WantedTopic> outputs = outputs(4 * MIB, 1_000_000);
    assertThat(outputs)
        .extracting(WantedTopic::name, topic -> topic.configuration().get(LARGEST))
        .containsExactly(
            tuple("labels", "1048588"),
            tuple("embeddings", "4065536"),
            tuple("failures", Integer.toString(4 * MIB + 65_536)));
  }

  @Test
  void whatIsNotWrittenNeedsNoTopic() {
    StreamOptions options = options(MIB, List.of(), MIB, Optional.empty());
    assertThat(WantedTopic.outputs(1, options, needs(768)))
        .extracting(WantedTopic::purpose)
        .containsExactly("labels", "failures");
  }

  @Test
  void enoughIsEnoughAndForEverToo() {
    Requirement retention = new Requirement("retention.ms", "7000", 1000L, "images go.");
    assertThat(retention.breach("1000")).isEmpty();
    assertThat(retention.breach("9000")).isEmpty();
    assertThat(retention.breach("-1")).isEmpty();
    assertThat(retention.breach("999"))
        .hasValue("retention.ms is 999, not 1000 or more: images go.");
    Requirement policy = new Requirement("cleanup.policy", "delete", null, "images go.");
    assertThat(policy.breach("delete")).isEmpty();
    assertThat(policy.breach("compact,delete"))
        .hasValue("cleanup.policy is compact,delete, not delete: images go.");
  }

  private static WantedTopic input(long imageMaxBytes, List<String> prefixes) {
    StreamOptions options = options(imageMaxBytes, prefixes, 0, Optional.of("embeddings"));
    return WantedTopic.input("images", 3, options);
  }

  private static List<WantedTopic> outputs(int deadLetterMaxBytes, int embeddingSize) {
    StreamOptions options = options(MIB, List.of(), deadLetterMaxBytes, Optional.of("embeddings"));
    return WantedTopic.outputs(3, options, needs(embeddingSize));
  }

  private static TopicNeeds needs(int embeddingSize) {
    return new TopicNeeds(embeddingSize, OptionalInt.empty(), OptionalInt.empty());
  }

  private static StreamOptions options(
      long imageMaxBytes,
      List<String> prefixes,
      int deadLetterMaxBytes,
      Optional<String> embeddings) {
    return new StreamOptions(
        List.of("images"),
        InputFormat.AVRO,
        Optional.of("labels"),
        embeddings,
        "failures",
        deadLetterMaxBytes,
        1,
        new FetchOptions(
            prefixes, List.of(), imageMaxBytes, Duration.ofSeconds(1), 1, S3Options.DEFAULT),
        "id",
        Map.of());
  }
}
