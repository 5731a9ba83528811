package io.patchstream.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a command with many images is: a bar on a terminal, a line now and then elsewhere, and
 * nothing for a few images.
 */
final class Progress {

  /** The most images that go without. */
  static final int FEW = 20;

  private static final int BAR = 30;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final int total;
  private final String done;
  private final LongSupplier nanos;
  private final long start;

  private int images;
  private int failed;
  private int drawn; // characters of the bar that stands on the terminal
  private long told;

  /**
   * Begins to measure.
   *
   * @param terminal whether {@code err} is one
   * @param done what is done with an image, as "classified"
   * @param nanos a clock, as {@link System#nanoTime}
   */
  Progress(PrintWriter err, boolean terminal, int total, String done, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.total = total;
    this.done = done;
    this.nanos = nanos;
    start = nanos.getAsLong();
    told = start;
  }

  /** Begins to measure, on stderr. */
  static Progress on(PrintWriter err, int total, String done) {
    return new Progress(err, Terminal.isStderr(), total, done, System::nanoTime);
  }

  /** One image more, whatever became of it. */
  void advance(boolean success) {
    images++;
    failed += success ? 0 : 1;
    if (total <= FEW) {
      return;
    }
    long since = nanos.getAsLong() - told;
    if (terminal) {
      if (drawn == 0 || since >= REDRAW_NANOS) {
        draw();
      }
    } else if (since >= REPORT_NANOS || images * 4L / total > (images - 1) * 4L / total) {
      told = nanos.getAsLong();
      err.println(state());
    }
  }

  /** Takes the bar away, so that a line can be printed on its terminal. */
  void clear() {
    if (drawn > 0) {
      err.print("\r" + " ".repeat(drawn) + "\r");
      err.flush();
      drawn = 0;
    }
  }

  int failed() {
    return failed;
  }

  /** All of it in one sentence. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%d %s in %.1f s (%s): %d %s, %d failed.",
        images,
        images == 1 ? "image" : "images",
        seconds(),
        rate(),
        images - failed,
        done,
        failed);
  }

  private void draw() {
    int full = (int) ((long) BAR * images / total);
    String bar = "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + state();
    err.print("\r" + bar + " ".repeat(Math.max(0, drawn - bar.length())));
    err.flush();
    drawn = Math.max(drawn, bar.length());
    told = nanos.getAsLong();
  }

  private String state() {
    return images + " of " + total + ", " + failed + " failed, " + rate();
  }

  private String rate() {
    return String.format(Locale.ROOT, "%.0f img/s", images / Math.max(1e-9, seconds()));
  }

  private double seconds() {
    return (nanos.getAsLong() - start) / 1e9;
  }
}
