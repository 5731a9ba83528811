package io.patchstream.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits that end: with what was waited for, or with a message that says what did not come. */
final class Await {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private Await() {}

  /**
   * Looks until {@code condition} holds.
   *
   * @param atMost how long to wait
   * @param failure what the error says, asked when the time is up
   * @throws AssertionError if {@code condition} did not hold in time; the last exception that it
   *     threw meanwhile is the cause
   */
  static void until(Duration atMost, Supplier<String> failure, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Exception last = null;
    do {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + failure.get(), e);
      } catch (Exception e) {
        last = e;
      }
    } while (System.nanoTime() < deadline);
    throw new AssertionError(failure.get() + " (waited " + atMost.toSeconds() + " s)", last);
  }
}
