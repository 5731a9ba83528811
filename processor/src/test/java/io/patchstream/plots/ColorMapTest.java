package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ColorMapTest {

  private static final int STEPS = 34;

  @Test
  void largerIsLighter() {
    for (int i = 0; i < STEPS; i++) {
      assertThat(lightness(ColorMap.MAGNITUDE, i + 1))
          .isGreaterThan(lightness(ColorMap.MAGNITUDE, i));
    }
  }

  @Test
  void equalStepsLookEqual() {
    double mean = difference(ColorMap.MAGNITUDE, 0, STEPS);
    for (int i = 0; i < STEPS; i++) {
      assertThat(step(ColorMap.MAGNITUDE, i)).isCloseTo(mean, within(0.2 * mean));
    }
    for (int arm = 0; arm < 2; arm++) {
      int first = arm * STEPS / 2;
      double armMean = difference(ColorMap.SIGNED, first, first + STEPS / 2);
      for (int i = first; i < first + STEPS / 2; i++) {
        assertThat(step(ColorMap.SIGNED, i)).isCloseTo(armMean, within(0.2 * armMean));
      }
    }
  }

  @Test
  void nothingIsNearlyWhiteAndBothSidesAreAsDark() {
    int middle = ColorMap.SIGNED.rgb(0.5);
    assertThat(ColorMap.lightness(middle)).isGreaterThan(0.95);
    assertThat(middle >> 16 & 0xff).isCloseTo(middle & 0xff, within(2));
    for (int i = 0; i < STEPS / 2; i++) {
      assertThat(lightness(ColorMap.SIGNED, i))
          .isCloseTo(lightness(ColorMap.SIGNED, STEPS - i), within(0.05));
    }
  }

  @Test
  void beyondTheScaleIsItsEnd() {
    assertThat(ColorMap.MAGNITUDE.rgb(1.5)).isEqualTo(ColorMap.MAGNITUDE.rgb(1));
    assertThat(ColorMap.MAGNITUDE.rgb(-1)).isEqualTo(ColorMap.MAGNITUDE.rgb(0));
  }

  private static double lightness(ColorMap map, int step) {
    return ColorMap.lightness(map.rgb((double) step / STEPS));
  }

  private static double step(ColorMap map, int step) {
    return ColorMap.difference(map.rgb((double) step / STEPS), map.rgb((step + 1.0) / STEPS));
  }

  /** The mean difference of a step. */
  private static double difference(ColorMap map, int first, int end) {
    double sum = 0;
    for (int i = first; i < end; i++) {
      sum += step(map, i);
    }
    return sum / (end - first);
  }
}
