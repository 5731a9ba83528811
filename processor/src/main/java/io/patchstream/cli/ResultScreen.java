package io.patchstream.cli;

import io.patchstream.topology.ResultReader.Committed;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Results a line each, no more in a second than can be read; the others are counted. */
final class ResultScreen {

  private final PrintWriter out;
  private final ResultLines lines;
  private final int perSecond;
  private final LongSupplier nanos;

  private long second;
  private int printed; // in this second
  private long hidden;
  private long hiddenFailures;
  private long shown;

  /**
   * Shows nothing yet.
   *
   * @param perSecond lines a second, at most
   * @param nanos a clock, as {@link System#nanoTime}
   */
  ResultScreen(PrintWriter out, ResultLines lines, int perSecond, LongSupplier nanos) {
    this.out = out;
    this.lines = lines;
    this.perSecond = perSecond;
    this.nanos = nanos;
    second = second();
  }

  /** A line, or one more that is only counted. */
  void show(Committed result) {
    settle();
    shown++;
    if (printed < perSecond) {
      printed++;
      out.println(lines.line(result));
    } else {
      hidden++;
      hiddenFailures += ResultLines.isFailure(result) ? 1 : 0;
    }
  }

  /** Tells what was only counted, once its second is over. */
  void settle() {
    long now = second();
    if (now != second) {
      second = now;
      printed = 0;
      if (hidden > 0) {
        printed = 1;
        out.println(lines.more(hidden, hiddenFailures));
        hidden = 0;
        hiddenFailures = 0;
      }
    }
  }

  /** Results and failures so far, printed or counted. */
  long shown() {
    return shown;
  }

  private long second() {
    return TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
  }
}
