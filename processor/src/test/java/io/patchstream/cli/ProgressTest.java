package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter err = new StringWriter();
  private long now;

  @Test
  void aTerminalShowsABarThatIsRedrawnInItsPlace() {
    Progress progress = progress(true, 60);
    advance(progress, 2, Duration.ofMillis(200));

    assertThat(err)
        .hasToString(
            "\r[------------------------------] 1 of 60, 0 failed, 5 img/s"
                + "\r[#-----------------------------] 2 of 60, 0 failed, 5 img/s");
  }

  @Test
  void theBarIsNotRedrawnForEachOfManyImages() {
    advance(progress(true, 1000), 100, Duration.ofMillis(1));

    assertThat(err.toString().chars().filter(c -> c == '\r')).hasSize(1);
  }

  @Test
  void aClearedBarLeavesNothingAndComesBack() {
    Progress progress = progress(true, 1000);
    advance(progress, 1, Duration.ofMillis(1));
    int width = err.toString().length() - 1;
    progress.clear();
    progress.clear();

    assertThat(err.toString()).endsWith("\r" + " ".repeat(width) + "\r").hasSize(2 * width + 3);
    advance(progress, 1, Duration.ofMillis(1));
    assertThat(err.toString()).endsWith("2 of 1000, 0 failed, 1000 img/s");
  }

  @Test
  void elsewhereALineComesWithEachQuarterOfManyImages() {
    advance(progress(false, 1000), 1000, Duration.ofMillis(2));

    assertThat(err.toString().lines())
        .containsExactly(
            "250 of 1000, 0 failed, 500 img/s",
            "500 of 1000, 0 failed, 500 img/s",
            "750 of 1000, 0 failed, 500 img/s",
            "1000 of 1000, 0 failed, 500 img/s");
  }

  @Test
  void andEveryFiveSeconds() {
    advance(progress(false, 1000), 12, Duration.ofSeconds(1));

    assertThat(err.toString().lines())
        .containsExactly("5 of 1000, 0 failed, 1 img/s", "10 of 1000, 0 failed, 1 img/s");
  }

  @Test
  void fewImagesGoWithout() {
    advance(progress(true, Progress.FEW), Progress.FEW, Duration.ofSeconds(9));
    advance(progress(false, Progress.FEW), Progress.FEW, Duration.ofSeconds(9));

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theSummaryCounts() {
    Progress progress = progress(false, 3);
    advance(progress, 2, Duration.ofSeconds(1));
    progress.advance(false);

    assertThat(progress.failed()).isEqualTo(1);
    assertThat(progress.summary())
        .isEqualTo("3 images in 2.0 s (2 img/s): 2 classified, 1 failed.");
  }

  private Progress progress(boolean terminal, int total) {
    return new Progress(new PrintWriter(err, true), terminal, total, "classified", () -> now);
  }

  private void advance(Progress progress, int images, Duration each) {
    for (int i = 0; i < images; i++) {
      now += each.toNanos();
      progress.advance(true);
    }
  }
}
