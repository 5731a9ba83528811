package io.patchstream.inference;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The images that were submitted and have not ended, against the budget of the process. */
final class InFlight {

  private final int budget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private final Set<ImageInFlight> images = new HashSet<>();
  private final Set<ImageInFlight> unbatched = new HashSet<>();
  private final StageTimes times = new StageTimes();
  private boolean closed;

  InFlight(int budget) {
    this.budget = budget;
  }

  /** Takes an image in, within the budget or beyond; false once closed. */
  boolean add(ImageInFlight image) {
    lock.lock();
    try {
      return !closed && images.add(image) && unbatched.add(image);
    } finally {
      lock.unlock();
    }
  }

  /** An image has its place in a batch. */
  void batched(ImageInFlight image) {
    lock.lock();
    try {
      unbatched.remove(image);
    } finally {
      lock.unlock();
    }
  }

  /** An image ends; nothing happens if it has ended before. */
  void remove(ImageInFlight image) {
    lock.lock();
    try {
      if (images.remove(image)) {
        unbatched.remove(image);
        left.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What these images took. */
  StageTimes times() {
    return times;
  }

  int budget() {
    return budget;
  }

  int count() {
    lock.lock();
    try {
      return images.size();
    } finally {
      lock.unlock();
    }
  }

  /** Those that wait to be loaded or decoded, or are. */
  int unbatched() {
    lock.lock();
    try {
      return unbatched.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an image may come to a batch before any that is in one ends. */
  boolean mayBringMore() {
    lock.lock();
    try {
      return !unbatched.isEmpty() || images.size() < budget;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the budget has room; false if {@code atMost} went by first. */
  boolean awaitRoom(Duration atMost) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = atMost.toNanos();
      while (images.size() >= budget) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more images, and gives those that have not ended. */
  List<ImageInFlight> close() {
    lock.lock();
    try {
      closed = true;
      return List.copyOf(images);
    } finally {
      lock.unlock();
    }
  }
}
