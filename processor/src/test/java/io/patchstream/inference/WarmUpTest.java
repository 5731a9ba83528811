package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Grid;
import io.patchstream.image.Resolution.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  private static final Grid OWN = new Grid(6, 6);

  private static List<MicroBatch> batches(Mode mode, Device device, BatchOptions batches)
      throws Exception {
    EngineOptions options = EngineOptions.defaults(2);
    ComputeOptions compute =
        new ComputeOptions(
            new Devices(List.of(device), Optional.empty()), RequestedPrecision.FP32, 1, 0, 1 << 20);
    return new WarmUp(
            Golden.images(mode), 1, new EngineOptions(batches, options.decoding(), compute, 1, 100))
        .batches();
  }

  @Test
  void aCpuRunsAnImageOfTheModelsOwnSize() throws Exception {
    List<MicroBatch> batches =
        batches(Mode.NATIVE, Device.CPU, new BatchOptions(8, 4096, Duration.ZERO, false));

    assertThat(batches).hasSize(1);
    assertThat(batches.get(0).grids()).containsExactly(OWN);
  }

  @Test
  void aGpuRunsAFullBatchAndTheLargestImageToo() throws Exception {
    List<MicroBatch> batches =
        batches(Mode.NATIVE, Device.cuda(0), new BatchOptions(8, 3 * 37, Duration.ZERO, false));

    assertThat(batches.get(0).grids()).containsExactly(OWN);
    assertThat(batches.get(1).grids()).containsExactly(OWN, OWN, OWN);
    int most = Golden.images(Mode.NATIVE).resolution().maxPatches();
    assertThat(batches.get(2).grids())
        .singleElement()
        .satisfies(grid -> assertThat(grid.patches()).isBetween(most * 9 / 10, most));
    assertThat(batches.get(1).patches(0, 3).remaining())
        .isEqualTo(3 * batches.get(0).patches(0, 1).remaining());
  }
}
