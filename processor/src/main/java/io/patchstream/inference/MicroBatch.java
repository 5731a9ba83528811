package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that go to a session together, their patches one image after the other. The batcher's lock
 * guards it until a lane has taken it; from then on it is the lane's alone.
 */
final class MicroBatch {

  private final FloatBuffer patches;
  private final int patchFloats;
  private final int prefixTokens;
  private final long openedAt;
  private final List<ImageInFlight> images = new ArrayList<>();
  private final List<Grid> grids = new ArrayList<>();
  private int patchCount;
  private int filled;

  /**
   * A batch without images.
   *
   * @param patches where they go, direct
   * @param patchFloats values of a patch, 3*P*P
   * @param prefixTokens tokens of an image beside its patches
   * @param openedAt in nanoseconds of the batcher's clock
   */
  MicroBatch(FloatBuffer patches, int patchFloats, int prefixTokens, long openedAt) {
    this.patches = patches;
    this.patchFloats = patchFloats;
    this.prefixTokens = prefixTokens;
    this.openedAt = openedAt;
  }

  /**
   * One image's place in a batch.
   *
   * @param firstPatch patches of the batch in front of its own
   * @param patchCount its own
   */
  record Slot(MicroBatch batch, int firstPatch, int patchCount) {

    /** Where the image's patches are written, [patches, 3*P*P]. */
    FloatBuffer patches() {
      return batch.slice(firstPatch, patchCount);
    }
  }

  Slot add(ImageInFlight image, Grid grid) {
    Slot slot = new Slot(this, patchCount, grid.patches());
    images.add(image);
    grids.add(grid);
    patchCount += grid.patches();
    return slot;
  }

  void markFilled() {
    filled++;
  }

  /** Whether every image's patches have been written. */
  boolean isFilled() {
    return filled == images.size();
  }

  /** Whether the buffer takes the patches of another image. */
  boolean hasSpaceFor(Grid grid) {
    return ((long) patchCount + grid.patches()) * patchFloats <= patches.capacity();
  }

  /** The patches of some images in a row, [patches of all, 3*P*P]; direct. */
  FloatBuffer patches(int first, int count) {
    return slice(patchesOf(0, first), patchesOf(first, count));
  }

  private FloatBuffer slice(int firstPatch, int count) {
    return patches.slice(firstPatch * patchFloats, count * patchFloats);
  }

  private int patchesOf(int first, int count) {
    int sum = 0;
    for (int i = first; i < first + count; i++) {
      sum += grids.get(i).patches();
    }
    return sum;
  }

  /** Tokens of some images in a row, prefix tokens included. */
  int tokens(int first, int count) {
    return patchesOf(first, count) + count * prefixTokens;
  }

  /** Tokens of all images. */
  int tokens() {
    return patchCount + images.size() * prefixTokens;
  }

  /** How many images from {@code first} on have at most so many tokens; at least one. */
  int countWithin(int maxTokens, int first) {
    int count = 1;
    while (first + count < size() && tokens(first, count + 1) <= maxTokens) {
      count++;
    }
    return count;
  }

  /** The pooled buffer beneath, at least as large as the batch. */
  FloatBuffer buffer() {
    return patches;
  }

  int size() {
    return images.size();
  }

  List<ImageInFlight> images() {
    return images;
  }

  List<Grid> grids() {
    return grids;
  }

  /** The grid of the image that came last. */
  Grid lastGrid() {
    return grids.get(grids.size() - 1);
  }

  /** When its first image found a place, in nanoseconds of the batcher's clock. */
  long openedAt() {
    return openedAt;
  }
}
