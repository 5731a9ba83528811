package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command from end to end, on the demo's model and a broker of its own. */
class BenchIT {

  private static final Path MODEL =
      Path.of(System.getProperty("patchstream.distribution"), "demo-model");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void itMeasuresAndTellsInEveryForm() throws Exception {
    int exitCode =
        execute(
            "--quick",
            "--precisions=fp32",
            "--picture-size=128x96",
            "--model=" + MODEL,
            "--json=" + folder.resolve("report.json"),
            "--charts=" + folder);

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("demo-model on \\d+ cores")
        .containsPattern("(?m)^fp32 +64x64 +\\d+\\.\\d +\\d+\\.\\d$")
        .containsPattern("(?m)^fp32 +uniform( +\\d+\\.\\d){5} +\\d\\.\\d{3}( +\\d+\\.\\d{2}){4}$")
        .containsPattern("(?m)^fp32 +mixed( +\\d+\\.\\d){5} +\\d\\.\\d{3}( +\\d+\\.\\d{2}){4}$")
        .containsPattern("Mixed over uniform sizes in fp32: \\d\\.\\d{3} of the tokens a second")
        .containsPattern(
            "(?m)^ *0\\.50( +\\d+\\.\\d){2}( +\\d+){3} +\\d+\\.\\d{2}( +\\d+\\.\\d){2}$");
    assertThat(err.toString()).contains("fp32: round 1 of 1, uniform");
    checkJson(new ObjectMapper().readTree(folder.resolve("report.json").toFile()));
    for (String chart : new String[] {"session.png", "whole.png", "load-fp32.png"}) {
      BufferedImage image = ImageIO.read(folder.resolve(chart).toFile());
      assertThat(image.getWidth()).isEqualTo(1920);
    }
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    assertThat(execute("--seconds=0")).isEqualTo(2);
    assertThat(execute("--picture-size=large")).isEqualTo(2);
    assertThat(err.toString()).contains("above 0").contains("as 500x375");
  }

  /** The figures fit together as the help says. */
  private static void checkJson(JsonNode json) {
    double cores = json.at("/subject/cores").asDouble();
    assertThat(json.at("/whole")).hasSize(2);
    for (JsonNode whole : json.at("/whole")) {
      double session = whole.get("session_rate").asDouble();
      double decoding = whole.get("decoding_rate").asDouble();
      double allowed = cores / (cores / session + cores / decoding);
      assertThat(whole.get("rate").asDouble()).isPositive();
      assertThat(whole.get("efficiency").asDouble() * allowed / whole.get("rate").asDouble())
          .isBetween(0.999999, 1.000001);
    }
    JsonNode point = json.at("/load/0/points/0");
    assertThat(point.get("p50_millis").asDouble()).isPositive();
    assertThat(point.get("p99_millis").asDouble())
        .isGreaterThanOrEqualTo(point.get("p50_millis").asDouble());
  }

  private int execute(String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "bench";
    System.arraycopy(options, 0, arguments, 1, options.length);
    CommandLine program = Quickstart.commandLine();
    return program
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
