package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.ImageException.Reason;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridRuleTest {

  @ParameterizedTest
  @CsvSource({
    "224, 224, 16, 196, 14x14",
    "231, 232, 16, 1000, 15x14",
    "500, 375, 16, 1024, 23x31",
    "500, 375, 16, 196, 12x16",
    "448, 448, 16, 196, 14x14",
    "672, 672, 16, 196, 14x14",
    "1, 1, 16, 196, 1x1",
    "5000, 1, 16, 196, 1x196",
    "1, 65535, 14, 100, 100x1",
    "1, 65535, 14, 1, 1x1",
    "65535, 65535, 14, 1, 1x1",
    "640, 90, 8, 900, 11x80"
  })
  void keepsTheAspectRatioWithinTheBound(
      int width, int height, int patch, int maxPatches, String grid) {
    assertThat(new GridRule(patch, maxPatches).fitting(width, height)).hasToString(grid);
  }

  @Test
  void neverBeyondTheBoundAndNearTheAspectRatio() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int width = 1 + random.nextInt(1 << random.nextInt(1, 16));
      int height = 1 + random.nextInt(1 << random.nextInt(1, 16));
      int maxPatches = 1 + random.nextInt(1000);
      Grid grid = new GridRule(16, maxPatches).fitting(width, height);

      assertThat(grid.patches()).isLessThanOrEqualTo(maxPatches);
      assertThat(grid.rows()).isLessThanOrEqualTo(Math.max(1, (height + 8) / 16));
      assertThat(grid.columns()).isLessThanOrEqualTo(Math.max(1, (width + 8) / 16));
      if (Math.min(grid.rows(), grid.columns()) >= 8) {
        double distortion = (double) grid.columns() / grid.rows() * height / width;
        assertThat(distortion).isBetween(8.0 / 9, 9.0 / 8);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "224, 224, 14x14",
    "218, 230, 14x14",
    "1, 1, 1x1",
    "7, 8, 1x1",
    "23, 24, 2x1",
    "3136, 7, 1x196"
  })
  void roundsWhatIsRequested(int width, int height, String grid) throws ImageException {
    assertThat(new GridRule(16, 196).requested(new RequestedSize(width, height))).hasToString(grid);
  }

  @ParameterizedTest
  @CsvSource({"224, 232", "2147483647, 2147483647", "3144, 1"})
  void refusesARequestBeyondTheBound(int width, int height) {
    assertThatThrownBy(() -> new GridRule(16, 196).requested(new RequestedSize(width, height)))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PATCHES))
        .hasMessageContaining(width + "x" + height)
        .hasMessageContaining("196");
  }
}
