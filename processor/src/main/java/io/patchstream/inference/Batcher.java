package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Gathers images of all tasks into batches: of one grid each for sessions that need one shape, of
 * any grids for sessions that do not. A batch may leave once every place given in it is filled, and
 * there is a {@link Departure reason}; of those that may leave, the oldest goes first, so no grid
 * starves. While all sessions are busy an old batch goes on taking images.
 *
 * <p>Patches are written straight into the batch's pooled buffer. A batch a lane may run, and at
 * most {@link #GATHERING} others hold a buffer each; an image of yet another grid waits for one. So
 * the pool is bounded by {@code (lanes + GATHERING) * max(maxTokens, tokens of the largest image) *
 * 3*P*P} floats, and buffers are made only when none of the pool is free and large enough.
 */
final class Batcher {

  /** Batches that gather at a time while one runs: so many grids. */
  static final int GATHERING = 7;

  private static final long[] IMAGES = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  private static final long[] TOKENS = {
    64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072
  };

  private final int maxSize;
  private final int maxBatches;
  private final boolean mixesGrids;
  private final int prefixTokens;
  private final int patchFloats;
  private final long delayNanos;
  private final InFlight inFlight;
  private final LongSupplier nanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition released = lock.newCondition();
  private final List<MicroBatch> waiting = new ArrayList<>(); // oldest first
  private final List<FloatBuffer> freeBuffers = new ArrayList<>();
  private final Map<Departure, Long> departures = new EnumMap<>(Departure.class);
  private final Histogram.Counter images = new Histogram.Counter(IMAGES);
  private final Histogram.Counter tokens = new Histogram.Counter(TOKENS);
  private int maxTokens;
  private int running;
  private boolean closed;

  /**
   * What one patch and one image are to a batch.
   *
   * @param patchFloats values of a patch, 3*P*P
   * @param prefixTokens tokens of an image beside its patches
   */
  record Shape(int patchFloats, int prefixTokens) {}

  /**
   * A batcher without batches.
   *
   * @param options size, tokens and delay of a batch
   * @param mixesGrids whether a batch may hold images of several grids
   * @param lanes how many take batches
   * @param shape of what is in a batch
   * @param inFlight all images that may come
   * @param nanos the clock, as {@link System#nanoTime}
   */
  Batcher(
      BatchOptions options,
      boolean mixesGrids,
      int lanes,
      Shape shape,
      InFlight inFlight,
      LongSupplier nanos) {
    this.maxSize = options.deterministic() ? 1 : options.maxSize();
    this.maxTokens = options.maxTokens();
    this.maxBatches = lanes + GATHERING;
    this.delayNanos = options.maxDelay().toNanos();
    this.mixesGrids = mixesGrids;
    this.prefixTokens = shape.prefixTokens();
    this.patchFloats = shape.patchFloats();
    this.inFlight = inFlight;
    this.nanos = nanos;
    for (Departure why : Departure.values()) {
      departures.put(why, 0L);
    }
  }

  /**
   * Gives an image its place in a batch; {@link #filled} must follow, come what may. Waits while
   * every buffer is in use.
   *
   * @throws CancellationException if the batcher is closed
   */
  MicroBatch.Slot reserve(ImageInFlight image, Grid grid) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      MicroBatch.Slot slot = batchFor(grid).add(image, grid);
      inFlight.batched(image);
      return slot;
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

  /**
   * Waits for a batch that may leave; null once the batcher is closed.
   *
   * @param clock of the lane that takes it, told how long it starved
   */
  MicroBatch take(LaneClock clock) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        MicroBatch batch = poll();
        if (batch != null) {
          filled.signal(); // another lane now has the next batch's delay to watch
          return batch;
        }
        await(clock);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void await(LaneClock clock) throws InterruptedException {
    boolean starved =
        waiting.stream().noneMatch(MicroBatch::isFilled)
            && (!waiting.isEmpty() || inFlight.unbatched() > 0);
    long began = nanos.getAsLong();
    filled.awaitNanos(nanosToNext());
    if (starved) {
      clock.starved(nanos.getAsLong() - began);
    }
  }

  /** The oldest batch that may leave now, or null. */
  MicroBatch poll() {
    lock.lock();
    try {
      for (Iterator<MicroBatch> oldestFirst = waiting.iterator(); oldestFirst.hasNext(); ) {
        MicroBatch batch = oldestFirst.next();
        Departure why = departure(batch);
        if (why != null) {
          oldestFirst.remove();
          leaves(batch, why);
          return batch;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Why the batch may leave now; null if it may not. */
  private Departure departure(MicroBatch batch) {
    if (!batch.isFilled()) {
      return null;
    }
    if (!takes(batch, batch.lastGrid())) {
      return Departure.FULL;
    }
    if (nanos.getAsLong() - batch.openedAt() >= delayNanos) {
      return Departure.DELAY;
    }
    return inFlight.mayBringMore() ? null : Departure.NOTHING_COMING;
  }

  private void leaves(MicroBatch batch, Departure why) {
    running++;
    departures.merge(why, 1L, Long::sum);
    images.add(batch.size());
    tokens.add(batch.tokens());
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

  /** From now on a batch has at most so many tokens, unless a single image has more. */
  void limitTokens(int tokens) {
    lock.lock();
    try {
      maxTokens = Math.min(maxTokens, tokens);
    } finally {
      lock.unlock();
    }
  }

  /** What has left; how long it took is the lanes' to say. */
  EngineStatistics statistics(Map<Device, DeviceTime> devices) {
    lock.lock();
    try {
      return new EngineStatistics(
          departures, images.counted(), tokens.counted(), inFlight.times().stages(), devices);
    } finally {
      lock.unlock();
    }
  }

  /** Images that have a place in a batch that has not left. */
  int gathered() {
    lock.lock();
    try {
      return waiting.stream().mapToInt(MicroBatch::size).sum();
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
        if (takes(batch, grid)) {
          return batch;
        }
      }
      if (waiting.size() + running < maxBatches) {
        return open(grid);
      }
      released.await();
    }
    throw new CancellationException("the engine is closed");
  }

  private boolean takes(MicroBatch batch, Grid grid) {
    return (mixesGrids || grid.equals(batch.lastGrid()))
        && batch.size() < maxSize
        && (long) batch.tokens() + tokens(grid) <= maxTokens
        && batch.hasSpaceFor(grid);
  }

  private int tokens(Grid grid) {
    return grid.patches() + prefixTokens;
  }

  private MicroBatch open(Grid grid) {
    FloatBuffer buffer = buffer(Math.multiplyExact(patchesOfABatch(grid), patchFloats));
    MicroBatch batch = new MicroBatch(buffer, patchFloats, prefixTokens, nanos.getAsLong());
    waiting.add(batch);
    return batch;
  }

  /** The most patches that a batch may come to have whose first image is of the grid. */
  private int patchesOfABatch(Grid grid) {
    int withinBuffer = Integer.MAX_VALUE / Float.BYTES / patchFloats;
    if (mixesGrids) {
      return Math.max(grid.patches(), Math.min(maxTokens, withinBuffer));
    }
    int images =
        Math.min(maxSize, Math.min(maxTokens / tokens(grid), withinBuffer / grid.patches()));
    return Math.max(1, images) * grid.patches();
  }

  /** The smallest free buffer that is large enough, or a new one in place of one too small. */
  private FloatBuffer buffer(int floats) {
    freeBuffers.sort(Comparator.comparingInt(FloatBuffer::capacity));
    for (int i = 0; i < freeBuffers.size(); i++) {
      if (freeBuffers.get(i).capacity() >= floats) {
        return freeBuffers.remove(i);
      }
    }
    if (freeBuffers.size() + waiting.size() + running == maxBatches) {
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
