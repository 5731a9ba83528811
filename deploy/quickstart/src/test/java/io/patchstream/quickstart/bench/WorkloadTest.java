package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  @Test
  void everySetHoldsEachPictureOnceInAnOrderOfItsOwn() {
    int[] order = workload(10).order(95, 3);

    int[] each = IntStream.range(0, 10).toArray();
    for (int set = 0; set < 9; set++) {
      assertThat(Arrays.copyOfRange(order, 10 * set, 10 * set + 10))
          .containsExactlyInAnyOrder(each);
    }
    assertThat(Arrays.copyOfRange(order, 0, 10)).isNotEqualTo(Arrays.copyOfRange(order, 10, 20));
    assertThat(workload(10).order(95, 3)).isEqualTo(order);
  }

  @Test
  void eightAspectRatiosHaveAsManyPatchesAsTheModelsOwn() {
    for (Grid own : List.of(new Grid(14, 14), new Grid(8, 8), new Grid(37, 37))) {
      List<Grid> grids =
          MixedSizes.around(own, 16).stream()
              .map(size -> new Grid(size.height() / 16, size.width() / 16))
              .toList();

      assertThat(grids).hasSize(8).doesNotHaveDuplicates();
      assertThat(grids.stream().mapToInt(Grid::patches).average().orElseThrow())
          .isCloseTo(own.patches(), within(0.02 * own.patches()));
    }
  }

  private static Workload workload(int pictures) {
    return new Workload(
        "some",
        IntStream.range(0, pictures)
            .mapToObj(i -> new BenchPicture("picture-" + i, new byte[i], null))
            .toList(),
        List.of(),
        null);
  }
}
