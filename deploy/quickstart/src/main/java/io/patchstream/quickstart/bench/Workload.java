package io.patchstream.quickstart.bench;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Pictures as they are sent: whole sets of them, each shuffled anew.
 *
 * @param name of the workload
 * @param pictures a set, at least one
 * @param grids which patch grid each of them becomes
 * @param options that make that of them
 */
record Workload(String name, List<BenchPicture> pictures, List<Grid> grids, ImageOptions options) {

  /**
   * Cuts each picture up once, to know its grid.
   *
   * @throws ImageException if one cannot be
   */
  static Workload of(String name, List<BenchPicture> pictures, ImageOptions options)
      throws ImageException {
    ImageToPatches toPatches = new ImageToPatches(options);
    List<Grid> grids = new ArrayList<>();
    for (BenchPicture picture : pictures) {
      grids.add(toPatches.prepare(picture.encoded(), picture.requested()).grid());
    }
    return new Workload(name, List.copyOf(pictures), List.copyOf(grids), options);
  }

  /** Patches of a picture, in the mean. */
  double meanPatches() {
    return grids.stream().mapToInt(Grid::patches).average().orElseThrow();
  }

  /** Bytes of a picture's file, in the mean. */
  double meanBytes() {
    return pictures.stream().mapToInt(picture -> picture.encoded().length).average().orElseThrow();
  }

  /** Bytes of the largest picture's file. */
  int largestBytes() {
    return pictures.stream().mapToInt(picture -> picture.encoded().length).max().orElseThrow();
  }

  /** Which picture is the n-th that is sent, for so many; the same for a seed. */
  int[] order(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[count];
    int[] set = IntStream.range(0, pictures.size()).toArray();
    for (int i = 0; i < count; i++) {
      int at = i % set.length;
      int other = random.nextInt(at, set.length);
      int picture = set[other];
      set[other] = set[at];
      set[at] = picture;
      order[i] = picture;
    }
    return order;
  }
}
