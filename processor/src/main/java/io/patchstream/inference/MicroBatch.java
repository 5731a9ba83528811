package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of one grid that go through the session together. The batcher's lock guards it until a
 * lane has taken it; from then on it is the lane's alone.
 */
final class MicroBatch {

  private final Grid grid;
  private final FloatBuffer patches;
  private final int imageFloats;
  private final int capacity;
  private final long openedAt;
  private final List<ImageInFlight> images;
  private int filled;

  MicroBatch(Grid grid, FloatBuffer patches, int imageFloats, int capacity, long openedAt) {
    this.grid = grid;
    this.patches = patches;
    this.imageFloats = imageFloats;
    this.capacity = capacity;
    this.openedAt = openedAt;
    this.images = new ArrayList<>(capacity);
  }

  /** One image's place in a batch. */
  record Slot(MicroBatch batch, int index) {

    /** Where the image's patches are written, [patches, 3*P*P]. */
    FloatBuffer patches() {
      return batch.patches(index, 1);
    }
  }

  Slot add(ImageInFlight image) {
    images.add(image);
    return new Slot(this, images.size() - 1);
  }

  void markFilled() {
    filled++;
  }

  /** Whether another image has no place. */
  boolean isFull() {
    return images.size() == capacity;
  }

  /** Whether every image's patches have been written. */
  boolean isFilled() {
    return filled == images.size();
  }

  /** The patches of some images in a row, [count, patches, 3*P*P]; direct. */
  FloatBuffer patches(int first, int count) {
    return patches.slice(first * imageFloats, count * imageFloats);
  }

  /** The pooled buffer beneath, at least as large as the batch. */
  FloatBuffer buffer() {
    return patches;
  }

  Grid grid() {
    return grid;
  }

  /** When its first image found a place, in nanoseconds of the batcher's clock. */
  long openedAt() {
    return openedAt;
  }

  List<ImageInFlight> images() {
    return images;
  }
}
