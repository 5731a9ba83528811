package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.config.SettingsReference;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PatchStreamTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void configPrintsTheReference() {
    assertThat(execute("config")).isZero();
    assertThat(out).hasToString(SettingsReference.markdown());
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "config --bogus", "classify", "clasify x"})
  void wrongUseIsTold(String arguments) {
    assertThat(execute(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).containsPattern("Usage: patchstream|Did you mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "bench"})
  void aDistributionWithoutTheQuickstartSaysWhereItIs(String command) {
    assertThat(execute(command, "--seed", "1")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "This distribution holds no broker for it: run ./patchstream "
                + command
                + " in a clone of PatchStream's repository.");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).startsWith("PatchStream ");
  }

  private int execute(String... arguments) {
    CommandLine program = PatchStream.commandLine();
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return program.execute(arguments);
  }
}
