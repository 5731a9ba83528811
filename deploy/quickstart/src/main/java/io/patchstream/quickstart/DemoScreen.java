package io.patchstream.quickstart;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * What the demo prints. On a terminal right and wrong have colours and the progress stays on the
 * last line; elsewhere the progress is a line now and then.
 */
final class DemoScreen {

  private static final long PROGRESS_NANOS = Duration.ofSeconds(2).toNanos();

  /** About as many pictures are shown, evenly, where they are many. */
  private static final long MOST_SHOWN = 200;

  private static final String ERASE_LINE = "\r\033[K";

  private final PrintWriter out;
  private final Ansi ansi;
  private long total;
  private long showEvery;
  private long seen;
  private long nextProgress;

  DemoScreen(PrintWriter out, Ansi ansi) {
    this.out = out;
    this.ansi = ansi;
  }

  /** What runs where. */
  void started(String bootstrapServers, String model, int classes) {
    print("A Kafka broker runs at %s, a schema registry in this process.", bootstrapServers);
    print("The model %s names %d classes.", model, classes);
  }

  /** Where it can be watched in a browser. */
  void page(String url) {
    print("Watch it at %s", url);
  }

  /** What is going to be sent. */
  void sending(OptionalLong images, double perSecond, List<PictureSize> sizes) {
    total = images.orElse(Long.MAX_VALUE);
    showEvery = images.isPresent() ? Math.max(1, total / MOST_SHOWN) : 1;
    nextProgress = System.nanoTime() + PROGRESS_NANOS;
    print(
        "%s go out at %.0f a second, JPEG and PNG, of %s pixels.",
        images.isPresent() ? total + " pictures" : "Pictures",
        perSecond,
        sizes.stream().map(PictureSize::pixels).collect(Collectors.joining(", ")));
    if (images.isEmpty()) {
      print("Ctrl-C ends it.");
    } else if (showEvery > 1) {
      print("One in %d is shown here.", showEvery);
    }
    print("");
  }

  /** One label that came out. */
  void labelled(LabelledPicture picture) {
    if (seen++ % showEvery == 0) {
      print(
          "%s  %-14s %-5s %-8s drawn %-13s labelled %-13s %.2f %6d ms",
          ansi.string(picture.right() ? "@|green right|@" : "@|bold,red WRONG|@"),
          picture.id(),
          picture.format(),
          picture.width() + "x" + picture.height(),
          picture.drawn(),
          picture.label(),
          picture.score(),
          picture.latencyMillis());
    }
  }

  /** How far it is: at every call on a terminal, else now and then. */
  void progress(Summary summary) {
    String line = "%s, %.1f img/s".formatted(score(summary.all()), summary.imagesPerSecond());
    if (ansi.enabled()) {
      out.print(ERASE_LINE + line);
      out.flush();
    } else if (System.nanoTime() >= nextProgress) {
      print("%s", line);
      nextProgress = System.nanoTime() + PROGRESS_NANOS;
    }
  }

  /** What came of it. */
  void ended(Summary summary, double perSecond) {
    print("");
    if (summary.all().images() == 0) {
      print("No label has come out.");
      return;
    }
    print("%-16s %9s %9s %9s", "size", "pictures", "right", "accuracy");
    for (Summary.Row row : summary.rows()) {
      print(row);
    }
    print(summary.all());
    print("");
    print(
        "%.1f img/s (%.0f offered); from event to committed label p50 %d ms, p99 %d ms",
        summary.imagesPerSecond(), perSecond, summary.medianMillis(), summary.p99Millis());
  }

  private void print(Summary.Row row) {
    print("%-16s %9d %9d %9.3f", row.size(), row.images(), row.right(), row.accuracy());
  }

  private String score(Summary.Row all) {
    String target = total == Long.MAX_VALUE ? "" : " of " + total;
    return "%d%s pictures, %d right".formatted(all.images(), target, all.right());
  }

  private void print(String format, Object... values) {
    String eraseProgress = ansi.enabled() ? ERASE_LINE : "";
    out.println(eraseProgress + String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
