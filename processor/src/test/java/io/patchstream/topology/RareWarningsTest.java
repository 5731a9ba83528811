package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RareWarningsTest {

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Test
  void theFirstOfAKindAtOnceAndTheOthersAsOne() throws InterruptedException {
    try (RareWarnings warnings = new RareWarnings(Duration.ofSeconds(1), lines::add)) {
      for (int i = 0; i < 1000; i++) {
        warnings.warn("BROKEN", "images-0-" + i + " is broken");
      }
      warnings.warn("AWAY", "images-0-1000 is away");
      assertThat(lines.take()).isEqualTo("images-0-0 is broken");
      assertThat(lines.take()).isEqualTo("images-0-1000 is away");
      assertThat(lines).isEmpty();
      assertThat(lines.poll(20, TimeUnit.SECONDS))
          .isEqualTo("999 more since, the last: images-0-999 is broken");
    }
    assertThat(lines).isEmpty();
  }

  @Test
  void afterAQuietWhileTheNextIsAFirstOne() throws InterruptedException {
    try (RareWarnings warnings = new RareWarnings(Duration.ofMillis(10), lines::add)) {
      warnings.warn("BROKEN", "one");
      assertThat(lines.take()).isEqualTo("one");
      for (int tries = 0; lines.isEmpty() && tries < 500; tries++) {
        Thread.sleep(20);
        warnings.warn("BROKEN", "two");
      }
      assertThat(lines.take()).isEqualTo("two");
    }
  }

  @Test
  void whatIsLeftIsToldAtTheEnd() {
    RareWarnings warnings = new RareWarnings();
    warnings.close();
    try (RareWarnings left = new RareWarnings(Duration.ofHours(1), lines::add)) {
      left.warn("BROKEN", "one");
      left.warn("BROKEN", "two");
      left.warn("BROKEN", "three");
    }
    assertThat(lines).containsExactly("one", "2 more since, the last: three");
  }

  @Test
  void whatAnEventBringsIsMadeHarmless() {
    try (RareWarnings warnings = new RareWarnings(Duration.ofHours(1), lines::add)) {
      warnings.warn("BROKEN", "https://cdn/a.png?signature=pass-word is\nERROR forged");
      warnings.warn("LONG", "x".repeat(10_000));
    }
    assertThat(lines.poll()).isEqualTo("https://cdn/a.png?... is ERROR forged");
    assertThat(lines.poll()).hasSize(503);
  }
}
