package io.patchstream.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings of what may befall every image: the first of a kind is logged at once and, while it goes
 * on, one a minute that says how many there were and what the last one was.
 */
final class RareWarnings implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.patchstream.Warnings");

  private static final int MAX_CHARS = 500;

  private static final class Repeats {
    private long count;
    private String last;
  }

  private final Duration interval;
  private final Consumer<String> out;
  private final Map<String, Repeats> repeats = new HashMap<>(); // guarded by this, by kind

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "patchstream-warnings");
            thread.setDaemon(true);
            return thread;
          });

  /** Warnings to the log. */
  RareWarnings() {
    this(Duration.ofMinutes(1), log::warn);
  }

  /** Warnings to {@code out}, one of a kind in that time. */
  RareWarnings(Duration interval, Consumer<String> out) {
    this.interval = interval;
    this.out = out;
  }

  /**
   * Warns, now or later.
   *
   * @param kind what is counted together
   * @param sentence the whole of it; what an event brought along is made harmless
   */
  synchronized void warn(String kind, String sentence) {
    Repeats known = repeats.get(kind);
    if (known == null) {
      out.accept(harmless(sentence));
      awaitRepeats(kind);
    } else {
      known.count++;
      known.last = sentence;
    }
  }

  private void awaitRepeats(String kind) {
    repeats.put(kind, new Repeats());
    if (!timer.isShutdown()) {
      timer.schedule(() -> summarise(kind), interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Where nothing came, the next is a first one again. */
  private synchronized void summarise(String kind) {
    if (tell(repeats.remove(kind))) {
      awaitRepeats(kind);
    }
  }

  private boolean tell(Repeats repeats) {
    if (repeats.count > 0) {
      out.accept("%d more since, the last: %s".formatted(repeats.count, harmless(repeats.last)));
    }
    return repeats.count > 0;
  }

  /** One line of bounded length, without the query of a URI, which may be its signature. */
  private static String harmless(String sentence) {
    String line = sentence.replaceAll("\\p{Cntrl}", " ").replaceAll("\\?\\S+", "?...");
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "...";
  }

  /** Tells what it still has to tell. */
  @Override
  public synchronized void close() {
    timer.shutdownNow();
    repeats.values().forEach(this::tell);
    repeats.clear();
  }
}
