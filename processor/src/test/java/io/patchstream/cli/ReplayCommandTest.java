package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/**
 * What {@code replay} says to somebody who uses it wrongly; the rest is for the integration tests.
 */
class ReplayCommandTest {

  private final StringWriter err = new StringWriter();

  @Test
  void timesThatHoldNothingAreRefused() {
    int exitCode = replay("--from", "2026-11-21T11:00:00Z", "--to", "2026-11-21T10:00:00Z");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("--from 2026-11-21T11:00:00Z must lie before --to 2026-11-21T10:00:00Z.");
  }

  @Test
  void aReasonThatIsNoneListsThemAll() {
    assertThat(replay("--reason", "TOO_OLD")).isEqualTo(2);
    assertThat(err.toString()).contains("TOO_OLD", "FETCH_FAILED", "SOURCE_EXPIRED");
  }

  private int replay(String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "replay";
    all[1] = "--config";
    all[2] = "nowhere.properties";
    System.arraycopy(options, 0, all, 3, options.length);
    return PatchStream.commandLine().setErr(new PrintWriter(err, true)).execute(all);
  }
}
