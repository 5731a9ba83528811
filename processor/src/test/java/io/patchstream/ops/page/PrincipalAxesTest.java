package io.patchstream.ops.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PrincipalAxesTest {

  private static final int LENGTH = 20;
  private static final Offset<Double> CLOSE = within(1e-3);

  private final Random random = new Random(7);
  private final PrincipalAxes axes = new PrincipalAxes();

  /** Points whose covariance is diagonal but for chance, so that its axes are known. */
  @Test
  void theTwoDirectionsOfMostVarianceAreFound() {
    List<float[]> points = points(2_000, 3, 9, 11, 4);
    PrincipalAxes.Projection seen = axes.project(points);

    assertThat(correlation(seen.x(), points, 9)).isGreaterThan(0.99);
    assertThat(correlation(seen.y(), points, 11)).isGreaterThan(0.99);
    double rest = LENGTH - 2;
    assertThat(seen.share()).isCloseTo((81 + 16) / (81 + 16 + rest), within(0.02));
  }

  @Test
  void whatIsProjectedIsCentred() {
    PrincipalAxes.Projection seen = axes.project(points(100, 50, 9, 11, 4));
    assertThat(mean(seen.x())).isCloseTo(0, CLOSE);
    assertThat(mean(seen.y())).isCloseTo(0, CLOSE);
  }

  /** The same points again, and some more: nothing flips. */
  @Test
  void axesGoOnFromThoseOfTheLastLook() {
    List<float[]> points = points(300, 0, 9, 11, 4);
    PrincipalAxes.Projection before = axes.project(points);
    points.addAll(points(30, 0, 9, 11, 4));
    PrincipalAxes.Projection after = axes.project(points);
    for (int i = 0; i < 300; i++) {
      assertThat(after.x()[i]).isCloseTo(before.x()[i], within(2f));
      assertThat(after.y()[i]).isCloseTo(before.y()[i], within(2f));
    }
  }

  @Test
  void pointsThatDoNotDifferAreInTheMiddle() {
    PrincipalAxes.Projection seen =
        axes.project(List.of(new float[] {1, 2, 3}, new float[] {1, 2, 3}, new float[] {1, 2, 3}));
    assertThat(seen.x()).containsOnly(0);
    assertThat(seen.y()).containsOnly(0);
    assertThat(seen.share()).isZero();
  }

  @Test
  void pointsOfOneLineHaveNoSecondAxis() {
    PrincipalAxes.Projection seen =
        axes.project(List.of(new float[] {1, 1, 0}, new float[] {2, 2, 0}, new float[] {3, 3, 0}));
    assertThat(Math.abs(seen.x()[0])).isCloseTo((float) Math.sqrt(2), within(1e-3f));
    assertThat(seen.y())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-3 ? 0 : 1)
        .containsOnly(0f);
    assertThat(seen.share()).isCloseTo(1, CLOSE);
  }

  /** Standard normal but for two coordinates, around the point (mean, mean, ...). */
  private List<float[]> points(int count, float mean, int first, int second, double ofSecond) {
    List<float[]> points = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      float[] point = new float[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        double deviation = i == first ? 9 : i == second ? ofSecond : 1;
        point[i] = (float) (mean + deviation * random.nextGaussian());
      }
      points.add(point);
    }
    return points;
  }

  private static double correlation(float[] projected, List<float[]> points, int coordinate) {
    double both = 0;
    double one = 0;
    double other = 0;
    double mean = points.stream().mapToDouble(point -> point[coordinate]).average().orElseThrow();
    for (int i = 0; i < projected.length; i++) {
      double value = points.get(i)[coordinate] - mean;
      both += projected[i] * value;
      one += projected[i] * projected[i];
      other += value * value;
    }
    return Math.abs(both) / Math.sqrt(one * other);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
