package io.patchstream.inference;

import io.patchstream.image.ImageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The threads that decode, and the watch over them. Native decoding heeds no interrupt, so a thread
 * that an image keeps beyond the time limit is left behind with it, and another takes its place.
 * The image fails at once; should its thread come back after all, it ends.
 *
 * <p>Left behind, a thread holds its own pixels, and no place in a batch: it had none yet. As many
 * of them as decode are tolerated at a time, by when they have half of the processor's time; one
 * more fails the engine.
 *
 * <p>The watch counts its own ticks, not time: while the whole process is stopped, as a paused
 * container is, no image grows older.
 */
final class DecodingThreads {

  private static final int TICKS_A_LIMIT = 20;

  private record Worker(Decoder decoder, Thread thread) {}

  private final int count;
  private final Duration limit;
  private final Supplier<Decoder> decoders;
  private final Consumer<EngineFailedException> failed;
  private final long tickMillis;
  private final int ticks;
  private final Thread watch = new Thread(this::watch, "patchstream-decode-watch");

  private final List<Worker> workers = new ArrayList<>();
  private final List<Thread> leftBehind = new ArrayList<>();
  private int started;
  private boolean closed;

  /**
   * Starts nothing yet.
   *
   * @param count threads that decode, at least 1
   * @param limit how long decoding and resizing one image may take
   * @param decoders makes the work of one thread
   * @param failed told once too many threads are left behind
   */
  DecodingThreads(
      int count,
      Duration limit,
      Supplier<Decoder> decoders,
      Consumer<EngineFailedException> failed) {
    this.count = count;
    this.limit = limit;
    this.decoders = decoders;
    this.failed = failed;
    tickMillis = Math.max(1, limit.toMillis() / TICKS_A_LIMIT);
    ticks = Math.toIntExact((limit.toMillis() + tickMillis - 1) / tickMillis);
    watch.setDaemon(true);
  }

  synchronized void start() {
    for (int i = 0; i < count; i++) {
      workers.add(startWorker());
    }
    watch.start();
  }

  /** Interrupts those that wait; whoever closed the decoders' own flag before sees them end. */
  synchronized void close() {
    closed = true;
    watch.interrupt();
    workers.forEach(worker -> worker.thread().interrupt());
  }

  /** Waits for the threads to end, but not for those left behind. */
  void join(long deadlineNanos) throws InterruptedException {
    watch.join(millisUntil(deadlineNanos));
    for (Worker worker : workers) {
      worker.thread().join(millisUntil(deadlineNanos));
    }
  }

  /** How many threads are left behind with an image, and have not come back. */
  synchronized int leftBehind() {
    leftBehind.removeIf(thread -> !thread.isAlive());
    return leftBehind.size();
  }

  private void watch() {
    try {
      do {
        Thread.sleep(tickMillis);
        replaceLate().forEach(image -> image.completeExceptionally(tooSlow()));
      } while (allReplaced());
      failed.accept(new EngineFailedException(tooMany(), null));
    } catch (InterruptedException e) {
      // Only close() interrupts: the watch ends.
    } catch (Throwable e) {
      failed.accept(
          new EngineFailedException(
              "a decoding thread that hangs cannot be replaced: give the process more memory or"
                  + " threads ("
                  + e
                  + ")",
              e));
    }
  }

  /** The images whose time is over; each has lost its thread. */
  private synchronized List<ImageInFlight> replaceLate() {
    List<ImageInFlight> late = new ArrayList<>(0);
    for (ListIterator<Worker> each = workers.listIterator(); each.hasNext() && !closed; ) {
      Worker worker = each.next();
      ImageInFlight image = worker.decoder().tick(ticks);
      if (image != null) {
        late.add(image);
        leftBehind.add(worker.thread());
        if (leftBehind() > count) {
          each.remove(); // the engine fails: what comes next is decoded by another
        } else {
          each.set(startWorker());
        }
      }
    }
    return late;
  }

  /** Not so once one too many was left behind, even should it come back by now. */
  private synchronized boolean allReplaced() {
    return workers.size() == count || closed;
  }

  private Worker startWorker() {
    Decoder decoder = decoders.get();
    Thread thread = new Thread(decoder, "patchstream-decode-" + started++);
    thread.setDaemon(true);
    thread.start();
    return new Worker(decoder, thread);
  }

  private ImageException tooSlow() {
    return new ImageException(
        ImageException.Reason.TOO_SLOW,
        "the image was not decoded and resized within the " + limit.toMillis() + " ms allowed");
  }

  private String tooMany() {
    return ("too many images (more than %d at a time) were still being decoded after they had been"
            + " given up at %d ms: restart the process; their failures say which images they are")
        .formatted(count, limit.toMillis());
  }

  private static long millisUntil(long deadlineNanos) {
    return Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
  }
}
