package io.patchstream.topology;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of input records the process holds in memory, over all tasks. What does not fit is
 * not held back: its offsets are noted and it is fetched again when its turn comes.
 */
final class ResidentBytes {

  private final long limit;
  private final AtomicLong held = new AtomicLong();

  ResidentBytes(long limit) {
    this.limit = limit;
  }

  /** Takes the bytes while the limit is not reached; the record that reaches it may go beyond. */
  boolean tryHold(long bytes) {
    while (true) {
      long before = held.get();
      if (before >= limit) {
        return false;
      }
      if (held.compareAndSet(before, before + bytes)) {
        return true;
      }
    }
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }

  long limit() {
    return limit;
  }

  long held() {
    return held.get();
  }
}
