package io.patchstream.plots;

import java.util.stream.DoubleStream;

/**
 * An axis from 0, whose ticks are at 1, 2 or 5 times a power of ten.
 *
 * @param step from tick to tick
 * @param steps how many of them it has
 */
public record Axis(double step, int steps) {

  private static final int MOST_STEPS = 8;

  /** The shortest that holds a value above 0. */
  public static Axis from0(double largest) {
    double power = Math.pow(10, Math.floor(Math.log10(largest / MOST_STEPS)));
    double step =
        DoubleStream.of(1, 2, 5, 10)
            .map(factor -> factor * power)
            .filter(candidate -> candidate * MOST_STEPS >= largest)
            .findFirst()
            .orElseThrow();
    return new Axis(step, (int) Math.ceil(largest / step - 1e-9));
  }

  /** Where a value stands: 0 at the beginning, 1 at the end. */
  public double share(double value) {
    return value / (step * steps);
  }

  /** From 0 to the end. */
  public double[] ticks() {
    double[] ticks = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      ticks[i] = i * step;
    }
    return ticks;
  }
}
