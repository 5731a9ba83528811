package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.schemas.Activation;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.Prediction;
import io.patchstream.topology.ResultReader.Committed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

class ResultLinesTest {

  private static final Instant SENT = Instant.parse("2026-11-21T10:00:00Z");

  private final ResultLines plain = new ResultLines(Ansi.OFF);
  private long now;

  @Test
  void labelsComeWithABarAndTheRunnersUp() {
    assertThat(plain.line(labels("cat.jpg", "tabby cat", 0.75f)))
        .isEqualTo("cat.jpg       tabby cat ███████▌   0.75  dog 0.20 fox 0.03 after 55 ms");
  }

  @Test
  void failuresSayWhichWhatAndWhere() {
    assertThat(plain.line(failure("broken.png")))
        .isEqualTo("broken.png    CORRUPT_IMAGE: the PNG ends early (images-3-17)");
    assertThat(plain.line(failure(null)))
        .isEqualTo("images-3-17   CORRUPT_IMAGE: the PNG ends early");
  }

  @Test
  void onATerminalFailuresAreRed() {
    assertThat(new ResultLines(Ansi.ON).line(failure("broken.png")))
        .startsWith("\033[31m")
        .contains("CORRUPT_IMAGE");
  }

  @Test
  void textFromOutsideMovesNoCursorAndIsNoMarkup() {
    String line = new ResultLines(Ansi.ON).line(labels("a\033[2J", "@|red x|@\r", 0.5f));

    assertThat(line).contains("a?[2J", "@|red x|@?").doesNotContain("\033[2J", "\r");
  }

  @ParameterizedTest
  @CsvSource({"0,''", "1,██████████", "0.5,█████", "0.0625,▋", "1.2,██████████", "-1,''"})
  void theBarIsAsLongAsTheScore(float score, String bar) {
    assertThat(ResultLines.bar(score)).hasSize(10);
    assertThat(ResultLines.bar(score).strip()).isEqualTo(bar);
  }

  @Test
  void aTerminalShowsNoMoreThanCanBeRead() {
    StringWriter out = new StringWriter();
    ResultScreen screen = new ResultScreen(new PrintWriter(out), plain, 2, () -> now);
    for (int i = 0; i < 5; i++) {
      screen.show(labels("cat.jpg", "cat", 1));
    }
    screen.show(failure("broken.png"));
    assertThat(out.toString().lines()).hasSize(2);

    now += Duration.ofSeconds(1).toNanos();
    screen.settle();
    assertThat(out.toString().lines()).hasSize(3).last().isEqualTo("... and 4 more, 1 failed");
    assertThat(screen.shown()).isEqualTo(6);
  }

  private static Committed labels(String id, String label, float score) {
    ImageClassification value =
        ImageClassification.newBuilder()
            .setImageId(id)
            .setModel(new ModelInfo("vit", "abc", "fp32"))
            .setActivation(Activation.SOFTMAX)
            .setPredictions(
                List.of(
                    new Prediction(3, label, score),
                    new Prediction(1, "dog", 0.2f),
                    new Prediction(2, "fox", 0.03f),
                    new Prediction(0, "owl", 0.01f)))
            .setImageWidth(64)
            .setImageHeight(64)
            .setGridHeight(4)
            .setGridWidth(4)
            .setClassifiedAt(SENT.plusMillis(55))
            .build();
    return new Committed(SENT.toEpochMilli(), value);
  }

  private static Committed failure(String id) {
    ImageFailure value =
        ImageFailure.newBuilder()
            .setImageId(id)
            .setReason(FailureReason.CORRUPT_IMAGE)
            .setMessage("the PNG ends early")
            .setTopic("images")
            .setPartition(3)
            .setOffset(17)
            .setFailedAt(SENT)
            .build();
    return new Committed(SENT.toEpochMilli(), value);
  }
}
