package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code run} says where it cannot start; that it runs is for the integration tests. */
class RunCommandTest {

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void writeSettings() throws IOException {
    file =
        Files.writeString(
            folder.resolve("patchstream.properties"),
            """
            bootstrap.servers=127.0.0.1:1
            schema.registry.url=http://127.0.0.1:1
            patchstream.model=%s
            patchstream.input.topics=images
            patchstream.labels.topic=labels
            patchstream.dead.letter.topic=failures
            patchstream.http.port=-1
            """
                .formatted(folder));
  }

  @Test
  void aFileIsRequired() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Missing required option: '--config=FILE'");
  }

  @Test
  void wrongSettingsAreWrongUseWithALineEach() {
    int exitCode =
        run(
            "--config",
            file.toString(),
            "--set",
            "patchstream.topk=1",
            "--set",
            "patchstream.precision=int3");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "There is no setting patchstream.topk; did you mean patchstream.top.k?",
            "Invalid value int3 for configuration patchstream.precision: String must be one of:"
                + " auto, fp32, fp16, bf16, int8.");
  }

  @Test
  void aFolderThatIsNoModelIsNamedInOneLine() {
    assertThat(run("--config", file.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().contains(folder.toString());
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsSetting() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      assertThat(run("--config", file.toString(), "--set", "patchstream.http.port=" + port))
          .isEqualTo(1);
      assertThat(err.toString().lines())
          .containsExactly(
              ("Nothing can listen at 127.0.0.1:%d, as patchstream.http.host and"
                      + " patchstream.http.port say: Address already in use. Give another port, 0 for"
                      + " any free one or -1 for none.")
                  .formatted(port));
    }
  }

  @Test
  void aHostThatIsAnothersIsNamed() {
    String[] elsewhere = {
      "--set", "patchstream.http.port=0", "--set", "patchstream.http.host=192.0.2.1"
    };
    assertThat(
            run(
                "--config",
                file.toString(),
                elsewhere[0],
                elsewhere[1],
                elsewhere[2],
                elsewhere[3]))
        .isEqualTo(1);
    assertThat(err.toString()).startsWith("Nothing can listen at 192.0.2.1:0, as");
  }

  @Test
  void theStackTraceIsThereForTheAsking() {
    assertThat(run("--config", file.toString(), "--stacktrace")).isEqualTo(1);
    assertThat(err.toString()).contains("\tat io.patchstream.");
  }

  private int run(String... arguments) {
    CommandLine program = PatchStream.commandLine().setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "run";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return program.execute(all);
  }
}
