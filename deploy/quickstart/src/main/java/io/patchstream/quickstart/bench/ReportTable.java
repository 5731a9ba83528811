package io.patchstream.quickstart.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report for a person. */
final class ReportTable {

  private final PrintWriter out;

  ReportTable(PrintWriter out) {
    this.out = out;
  }

  void print(BenchReport report) {
    BenchReport.Subject subject = report.subject();
    line(
        "%s on %d cores (%s, Java %s)",
        subject.model(), subject.cores(), subject.cpu(), subject.java());
    line(
        "%d pictures of %.0f kB, %d partitions; medians of %d rounds of %.1f s",
        subject.pictures(),
        subject.pictureBytes() / 1e3,
        subject.partitions(),
        subject.rounds(),
        subject.seconds());
    sessions(report.sessions());
    whole(report);
    report.load().forEach(this::load);
    out.flush();
  }

  private void sessions(List<SessionSpeed> speeds) {
    Map<String, List<SessionSpeed>> rows = new LinkedHashMap<>();
    for (SessionSpeed speed : speeds) {
      String row = "%-10s %-9s".formatted(speed.precision(), speed.width() + "x" + speed.height());
      rows.computeIfAbsent(row, key -> new ArrayList<>()).add(speed);
    }
    StringBuilder head = new StringBuilder("%-10s %-9s".formatted("precision", "size"));
    rows.values()
        .iterator()
        .next()
        .forEach(speed -> head.append(" %9s".formatted("batch " + speed.batch())));
    line("");
    line("Raw session, img/s");
    line("%s", head);
    rows.forEach(
        (row, cells) -> {
          StringBuilder text = new StringBuilder(row);
          cells.forEach(cell -> text.append(format(" %9.1f", cell.rate())));
          line("%s", text);
        });
  }

  private void whole(BenchReport report) {
    line("");
    line("From topic to topic, img/s");
    line(
        "%-10s %-8s %7s %8s %8s %8s %8s %11s %7s %6s %8s %6s",
        "precision",
        "sizes",
        "tokens",
        "session",
        "decoding",
        "allowed",
        "whole",
        "efficiency",
        "batch",
        "busy",
        "starved",
        "jit");
    for (WholeSpeed speed : report.whole()) {
      line(
          "%-10s %-8s %7.1f %8.1f %8.1f %8.1f %8.1f %11.3f %7.2f %6.2f %8.2f %6.2f",
          speed.precision(),
          speed.workload(),
          speed.tokens(),
          speed.sessionRate(),
          speed.decodingRate(),
          speed.allowedRate(),
          speed.rate(),
          speed.efficiency(),
          speed.meanBatch(),
          speed.busy(),
          speed.starved(),
          speed.jit());
    }
    for (BenchReport.MixedOverUniform mixed : report.mixedOverUniform()) {
      line(
          "Mixed over uniform sizes in %s: %.3f of the tokens a second",
          mixed.precision(), mixed.tokensRatio());
    }
  }

  private void load(BenchReport.Load load) {
    line("");
    line(
        "From event to committed result in %s, uniform sizes, loads of %.1f img/s",
        load.precision(), load.capacity());
    line(
        "%5s %8s %8s %7s %7s %7s %10s %9s %14s",
        "load",
        "offered",
        "done",
        "images",
        "p50 ms",
        "p99 ms",
        "mean batch",
        "batch ms",
        "engine p99 ms");
    for (LoadPoint point : load.points()) {
      line(
          "%5.2f %8.1f %8.1f %7d %7.0f %7.0f %10.2f %9.1f %14.1f",
          point.fraction(),
          point.offered(),
          point.throughput(),
          point.images(),
          point.p50Millis(),
          point.p99Millis(),
          point.meanBatch(),
          point.batchMillis(),
          point.engineP99Millis());
    }
  }

  private void line(String format, Object... values) {
    out.println(format(format, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
