package io.patchstream.quickstart.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report as pictures: what the parts do, what the whole makes of them, what load costs. */
final class ReportCharts {

  private final Path folder;

  /** Into a folder that is there. */
  ReportCharts(Path folder) {
    this.folder = folder;
  }

  /** Draws them; returns their files. */
  List<Path> draw(BenchReport report) throws IOException {
    String where = "%s on %d cores".formatted(report.subject().model(), report.subject().cores());
    List<Path> files = new ArrayList<>();
    files.add(draw("session.png", sessions(report.sessions(), "Raw session: " + where)));
    files.add(draw("whole.png", whole(report.whole(), "Topic to topic: " + where)));
    for (BenchReport.Load load : report.load()) {
      String title = "Latency under load, %s: %s".formatted(load.precision(), where);
      files.add(draw("load-" + load.precision() + ".png", load(load, title)));
    }
    return files;
  }

  private Path draw(String name, Chart chart) throws IOException {
    Path file = folder.resolve(name);
    chart.write(file);
    return file;
  }

  private static Chart sessions(List<SessionSpeed> speeds, String title) {
    Map<String, List<Chart.Point>> lines = new LinkedHashMap<>();
    for (SessionSpeed speed : speeds) {
      String line = "%s %dx%d".formatted(speed.precision(), speed.width(), speed.height());
      lines
          .computeIfAbsent(line, key -> new ArrayList<>())
          .add(new Chart.Point(speed.batch(), speed.rate()));
    }
    return new LineChart(title, "images in a batch", "images a second", lines);
  }

  private static Chart whole(List<WholeSpeed> speeds, String title) {
    List<BarChart.Group> groups = new ArrayList<>();
    for (WholeSpeed speed : speeds) {
      groups.add(
          new BarChart.Group(
              "%s, %s".formatted(speed.precision(), speed.workload()),
              List.of(speed.sessionRate(), speed.allowedRate(), speed.rate())));
    }
    return new BarChart(
        title,
        "images a second",
        List.of("session alone", "allowed by both parts", "whole"),
        groups);
  }

  private static Chart load(BenchReport.Load load, String title) {
    Map<String, List<Chart.Point>> lines = new LinkedHashMap<>();
    lines.put("p99", new ArrayList<>());
    lines.put("p50", new ArrayList<>());
    for (LoadPoint point : load.points()) {
      lines.get("p99").add(new Chart.Point(point.throughput(), point.p99Millis()));
      lines.get("p50").add(new Chart.Point(point.throughput(), point.p50Millis()));
    }
    return new LineChart(
        title, "throughput, images a second", "event to committed result, ms", lines);
  }
}
