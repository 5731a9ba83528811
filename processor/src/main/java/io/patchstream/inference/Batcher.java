package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Gathers images of all tasks into batches of one grid each. A batch may leave once every place
 * given in it is filled, and it is full or its first image has waited for the delay; of those that
 * may leave, the oldest goes first, so no grid starves. While the session is busy an old batch goes
 * on taking images.
 *
 * <p>Patches are written straight into the batch's pooled buffer. At most {@link #MAX_BATCHES}
 * batches, waiting and running, hold a buffer each; an image of yet another grid waits for one. So
 * the pool is bounded by {@code MAX_BATCHES * max(maxBatchTokens, tokens of the largest image) *
 * 3*P*P} floats, and buffers are made only when none of the pool is free and large enough.
 */
final class Batcher {

  /** One that runs, and seven grids that gather. */
  static final int MAX_BATCHES = 8;

  private final int maxSize;
  private final int maxTokens;
  private final int prefixTokens;
  private final int patchFloats;
  private final long delayNanos;
  private final LongSupplier nanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition released = lock.newCondition();
  private final List<MicroBatch> waiting = new ArrayList<>(MAX_BATCHES); // oldest first
  private final List<FloatBuffer> freeBuffers = new ArrayList<>(MAX_BATCHES);
  private int running;
  private boolean closed;

  /**
   * A batcher without batches.
   *
   * @param options size, tokens and delay of a batch
   * @param prefixTokens tokens of an image beside its patches
   * @param patchFloats values of a patch, 3*P*P
   * @param nanos the clock, as {@link System#nanoTime}
   */
  Batcher(BatchOptions options, int prefixTokens, int patchFloats, LongSupplier nanos) {
    this.maxSize = options.deterministic() ? 1 : options.maxSize();
    this.maxTokens = options.maxTokens();
    this.delayNanos = options.maxDelay().toNanos();
    this.prefixTokens = prefixTokens;
    this.patchFloats = patchFloats;
    this.nanos = nanos;
  }

  /**
   * Gives an image its place in a batch of its grid; {@link #filled} must follow, come what may.
   * Waits while every buffer is in use.
   *
   * @throws CancellationException if the batcher is closed
   */
  MicroBatch.Slot reserve(ImageInFlight image, Grid grid) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return batchFor(grid).add(image);
    } finally {
      lock.unlock();
    }
  }

  /** The patches of a place stand in the batch, or never will because its image is done. */
  void filled(MicroBatch.Slot slot) {
    lock.lock();
    try {
      slot.batch().markFilled();
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a batch that may leave; null once the batcher is closed. */
  MicroBatch take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        MicroBatch batch = poll();
        if (batch != null) {
          return batch;
        }
        filled.awaitNanos(nanosToNext());
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest batch that may leave now, or null. */
  MicroBatch poll() {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      for (Iterator<MicroBatch> oldestFirst = waiting.iterator(); oldestFirst.hasNext(); ) {
        MicroBatch batch = oldestFirst.next();
        if (batch.isFilled() && (batch.isFull() || now - batch.openedAt() >= delayNanos)) {
          oldestFirst.remove();
          running++;
          return batch;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** A batch that was taken has run: its buffer goes back to the pool. */
  void release(MicroBatch batch) {
    lock.lock();
    try {
      running--;
      freeBuffers.add(batch.buffer());
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes whoever waits; no batch leaves any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private MicroBatch batchFor(Grid grid) throws InterruptedException {
    while (!closed) {
      for (MicroBatch batch : waiting) {
        if (!batch.isFull() && batch.grid().equals(grid)) {
          return batch;
        }
      }
      if (waiting.size() + running < MAX_BATCHES) {
        return open(grid);
      }
      released.await();
    }
    throw new CancellationException("the engine is closed");
  }

  private MicroBatch open(Grid grid) {
    int imageFloats = Math.multiplyExact(grid.patches(), patchFloats);
    int withinTokens = maxTokens / (grid.patches() + prefixTokens);
    int withinBuffer = Integer.MAX_VALUE / Float.BYTES / imageFloats;
    int capacity = Math.max(1, Math.min(maxSize, Math.min(withinTokens, withinBuffer)));
    FloatBuffer buffer = buffer(Math.multiplyExact(capacity, imageFloats));
    MicroBatch batch = new MicroBatch(grid, buffer, imageFloats, capacity, nanos.getAsLong());
    waiting.add(batch);
    return batch;
  }

  /** The smallest free buffer that is large enough, or a new one in place of one too small. */
  private FloatBuffer buffer(int floats) {
    freeBuffers.sort(Comparator.comparingInt(FloatBuffer::capacity));
    for (int i = 0; i < freeBuffers.size(); i++) {
      if (freeBuffers.get(i).capacity() >= floats) {
        return freeBuffers.remove(i);
      }
    }
    if (freeBuffers.size() + waiting.size() + running == MAX_BATCHES) {
      freeBuffers.remove(0);
    }
    return DirectBuffers.floats(floats);
  }

  private long nanosToNext() {
    long next = Long.MAX_VALUE;
    long now = nanos.getAsLong();
    for (MicroBatch batch : waiting) {
      if (batch.isFilled()) {
        next = Math.min(next, delayNanos - (now - batch.openedAt()));
      }
    }
    return next;
  }
}
