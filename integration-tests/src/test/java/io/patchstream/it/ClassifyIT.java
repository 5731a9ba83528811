package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code classify} as a shell starts it. */
class ClassifyIT {

  private static final Path LAUNCHER =
      Path.of(System.getProperty("patchstream.distribution"), "patchstream").toAbsolutePath();

  private final Path folder = Workspace.folder("classify");

  /** ONNX Runtime's telemetry is killed by a command line of 4 kB; this one has 200. */
  @Test
  void twoThousandFilesOnTheCommandLine() throws IOException {
    int files = 2000;
    Path model = NumberedVit.of(files).writeTo(folder.resolve("model"));
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "classify"));
    command.addAll(List.of("--model", model.toString(), "--top-k", "1"));
    List<String> expected = new ArrayList<>();
    for (int number = 0; number < files; number++) {
      Path file = folder.resolve("numbered-picture-of-forty-pixels-%04d.png".formatted(number));
      Files.write(file, NumberedPicture.of(number).png());
      command.add(file.toString());
      expected.add(file + " " + number + " 1.0000");
    }

    assertThat(lines(command))
        .map(line -> line.replaceAll(" +", " "))
        .containsSubsequence(expected)
        .last()
        .asString()
        .endsWith(": 2000 classified, 0 failed.");
  }

  /**
   * As in a container that sets none; the shell makes the file, for the tests may have none too.
   */
  @Test
  void aFileNamedInUtf8WithoutALocale() throws IOException {
    NumberedVit.of(10).writeTo(folder.resolve("model"));
    Files.write(folder.resolve("picture.png"), NumberedPicture.of(7).png());
    String script =
        "cd \"$1\" && mv picture.png \"$(printf 'gr\\303\\274n.png')\""
            + " && exec \"$0\" classify --model model gr*.png";

    assertThat(lines(List.of("sh", "-c", script, LAUNCHER.toString(), folder.toString())))
        .anyMatch(line -> line.startsWith("grün.png  7 1.0000"));
  }

  /** What it prints, on both streams. */
  private List<String> lines(List<String> command) {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", System.getProperty("java.home"),
            "LC_ALL", "C",
            "ORT_DISABLE_TELEMETRY", "0"); // the tests' own environment turns it off
    try (ChildProcess classify =
        ChildProcess.start("classify", folder.resolve("classify.log"), command, environment)) {
      assertThat(classify.awaitExit(Duration.ofMinutes(1))).as(classify::tail).isZero();
      return classify.log().lines().toList();
    }
  }
}
