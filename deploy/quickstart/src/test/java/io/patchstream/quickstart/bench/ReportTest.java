package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One report of round numbers, as it is read by people and programs. */
class ReportTest {

  private static final BenchReport REPORT =
      new BenchReport(
          new BenchReport.Subject("some-vit", 2, "17", "a CPU", 24, 40_000, 12, 1, 2),
          List.of(
              new SessionSpeed("fp32", 224, 224, 1, 90),
              new SessionSpeed("fp32", 224, 224, 8, 100)),
          List.of(
              WholeSpeed.of(
                  "fp32",
                  "uniform",
                  197,
                  8,
                  List.of(
                      WholeSpeed.Round.of(
                          new Allowance(2, 100, 400, true),
                          new TopicToTopic.Timing(72, 7.5, 0.9, 0.05, 0.02))))),
          List.of(new BenchReport.MixedOverUniform("fp32", 0.95)),
          List.of(
              new BenchReport.Load(
                  "fp32",
                  72,
                  List.of(
                      new LoadPoint(0.25, 18, 17.5, 72, 30, 80, 1.25, 12, 40),
                      new LoadPoint(0.75, 54, 53, 216, 45, 140, 3.5, 30, 60)))));

  @TempDir Path folder;

  @Test
  void theTableHoldsTheFigures() {
    StringWriter text = new StringWriter();
    new ReportTable(new PrintWriter(text)).print(REPORT);

    assertThat(text.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "some-vit on 2 cores (a CPU, Java 17)",
            "fp32 224x224 90.0 100.0",
            "fp32 uniform 197.0 100.0 400.0 80.0 72.0 0.900 7.50 0.90 0.05 0.02",
            "Mixed over uniform sizes in fp32: 0.950 of the tokens a second",
            "0.75 54.0 53.0 216 45 140 3.50 30.0 60.0");
  }

  @Test
  void theJsonHoldsTheFigures() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ReportJson.of(REPORT));

    assertThat(json.at("/subject/picture_bytes").asDouble()).isEqualTo(40_000);
    assertThat(json.at("/sessions/1/rate").asDouble()).isEqualTo(100);
    assertThat(json.at("/whole/0/efficiency").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/whole/0/rounds/0/session_rate").asDouble()).isEqualTo(100);
    assertThat(json.at("/mixed_over_uniform/0/tokens_ratio").asDouble()).isEqualTo(0.95);
    assertThat(json.at("/load/0/points/1/p99_millis").asDouble()).isEqualTo(140);
  }

  @Test
  void theChartsShowSomething() throws Exception {
    List<Path> files = new ReportCharts(folder).draw(REPORT);

    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly("session.png", "whole.png", "load-fp32.png");
    for (Path file : files) {
      BufferedImage chart = ImageIO.read(file.toFile());
      assertThat(chart.getRGB(0, 0)).isEqualTo(0xffffffff);
      assertThat(count(chart, Chart.color(0).getRGB())).isGreaterThan(1000);
    }
  }

  @Test
  void aLabelIsShort() {
    assertThat(Chart.label(0)).isEqualTo("0");
    assertThat(Chart.label(0.30000000000000004)).isEqualTo("0.3");
    assertThat(Chart.label(12.5)).isEqualTo("12.5");
    assertThat(Chart.label(1398.6)).isEqualTo("1399");
  }

  private static long count(BufferedImage image, int color) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(pixels).filter(pixel -> pixel == color).count();
  }
}
