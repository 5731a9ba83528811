package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScoreboardTest {

  private static final List<PictureSize> SIZES = PictureSize.around(64);

  private final Scoreboard scores = new Scoreboard(SIZES, 0);

  @Test
  void picturesAreCountedBySize() {
    scores.add(picture("own", "star", 1), 1);
    scores.add(picture("own", "ring", 1), 2);
    scores.add(picture("3:2", "star", 1), 3);

    Summary summary = scores.summary();

    assertThat(summary.rows())
        .containsExactly(
            new Summary.Row("own 64x64", 2, 1),
            new Summary.Row("0.75x 48x48", 0, 0),
            new Summary.Row("1.5x 96x96", 0, 0),
            new Summary.Row("2x 128x128", 0, 0),
            new Summary.Row("3:2 96x64", 1, 1));
    assertThat(summary.all()).isEqualTo(new Summary.Row("all", 3, 2));
    assertThat(summary.all().accuracy()).isEqualTo(2.0 / 3);
  }

  @Test
  void aPercentileIsALatencyThatWasSeen() {
    for (int millis = 1; millis <= 200; millis++) {
      scores.add(picture("2x", "star", millis), 1);
    }

    assertThat(scores.summary().medianMillis()).isEqualTo(100);
    assertThat(scores.summary().p99Millis()).isEqualTo(198);
  }

  @Test
  void theRateIsThatFromTheFirstEventToTheLastLabel() {
    scores.add(picture("2x", "star", 1), TimeUnit.SECONDS.toNanos(1));
    scores.add(picture("2x", "star", 1), TimeUnit.SECONDS.toNanos(4));

    assertThat(scores.summary().imagesPerSecond()).isEqualTo(0.5);
  }

  private static LabelledPicture picture(String size, String label, long latencyMillis) {
    return new LabelledPicture("picture", "star", label, 0.5f, size, "PNG", 64, 64, latencyMillis);
  }
}
