package io.patchstream.quickstart.bench;

import io.patchstream.image.Grid;
import io.patchstream.image.RequestedSize;
import java.util.Arrays;
import java.util.List;

/** Eight aspect ratios, each with as many patches as the model's own grid, or nearly. */
final class MixedSizes {

  private static final double[] ASPECT_RATIOS = {
    1, 4 / 3.0, 3 / 4.0, 16 / 9.0, 9 / 16.0, 2.5, 0.4, 4
  };

  private MixedSizes() {}

  /**
   * The sizes in pixels.
   *
   * @param own grid of the model's own size
   * @param patchSize side of a patch in pixels
   */
  static List<RequestedSize> around(Grid own, int patchSize) {
    return Arrays.stream(ASPECT_RATIOS)
        .mapToObj(
            ratio -> {
              long rows = Math.max(1, Math.round(Math.sqrt(own.patches() / ratio)));
              long columns = Math.max(1, Math.round((double) own.patches() / rows));
              return new RequestedSize((int) columns * patchSize, (int) rows * patchSize);
            })
        .toList();
  }
}
