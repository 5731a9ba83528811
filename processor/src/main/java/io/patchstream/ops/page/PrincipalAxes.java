package io.patchstream.ops.page;

import java.util.List;

/**
 * The two directions in which points differ most, followed as the points change: each look goes on
 * from the axes of the last, so that few steps are enough and a map of the points neither flips nor
 * jumps.
 *
 * <p>Orthogonal iteration (Golub and Van Loan, Matrix Computations, 8.2.4) on the covariance, which
 * is never made: a step is two products with the points, of some hundred points and some thousand
 * dimensions a few million multiplications.
 */
final class PrincipalAxes {

  /** Two points of the plane for each point, and how much of the points they show. */
  record Projection(float[] x, float[] y, double share) {}

  private static final int AXES = 2;
  private static final int MOST_STEPS = 50;

  /** Axes that turn by less in a step have settled, as a sine. */
  private static final double SETTLED = 1e-3;

  /** What rounding makes of a vector that lies along another. */
  private static final double NOTHING_LEFT = 1e-9;

  private double[][] axes;

  /**
   * Places the points in the plane of the axes.
   *
   * @param points two at least, of the same length each, 2 or more
   * @return in the units of the points, their mean at 0
   */
  Projection project(List<float[]> points) {
    double[][] centred = centred(points);
    int length = centred[0].length;
    if (axes == null || axes[0].length != length) {
      axes = anyAxes(length);
    }
    for (int step = 0; step < MOST_STEPS && turn(centred) > SETTLED; step++) {}
    return projection(centred);
  }

  /** Hardly at right angles to what is looked for, whatever that is. */
  private static double[][] anyAxes(int length) {
    double[] first = new double[length];
    double[] second = new double[length];
    for (int i = 0; i < length; i++) {
      first[i] = 1 + Math.sin(i);
      second[i] = Math.cos(3 * i);
    }
    unit(first, List.of());
    unit(second, List.of(first));
    return new double[][] {first, second};
  }

  private static double[][] centred(List<float[]> points) {
    int length = points.get(0).length;
    double[] mean = new double[length];
    for (float[] point : points) {
      for (int i = 0; i < length; i++) {
        mean[i] += point[i] / (double) points.size();
      }
    }
    double[][] centred = new double[points.size()][length];
    for (int p = 0; p < centred.length; p++) {
      for (int i = 0; i < length; i++) {
        centred[p][i] = points.get(p)[i] - mean[i];
      }
    }
    return centred;
  }

  /** One step; returns the sine of the angle by which the axes turned, the greater of both. */
  private double turn(double[][] centred) {
    double[][] next = new double[AXES][axes[0].length];
    for (double[] point : centred) {
      for (int axis = 0; axis < AXES; axis++) {
        add(next[axis], dot(point, axes[axis]), point);
      }
    }
    // Along an axis of which nothing is left nothing differs: then one of the last will do.
    if (!unit(next[0], List.of())) {
      next[0] = axes[0].clone();
    }
    List<double[]> first = List.of(next[0]);
    if (!unit(next[1], first)) {
      next[1] = axes[1].clone();
      if (!unit(next[1], first)) {
        next[1] = axes[0].clone();
        unit(next[1], first);
      }
    }
    double turned = 0;
    for (int axis = 0; axis < AXES; axis++) {
      double cosine = dot(next[axis], axes[axis]);
      turned = Math.max(turned, Math.sqrt(Math.max(0, 1 - cosine * cosine)));
    }
    axes = next;
    return turned;
  }

  /** Gram and Schmidt's: of length 1 and at right angles to others; false if nothing is left. */
  private static boolean unit(double[] vector, List<double[]> others) {
    double length = Math.sqrt(dot(vector, vector));
    for (double[] other : others) {
      add(vector, -dot(vector, other), other);
    }
    double left = Math.sqrt(dot(vector, vector));
    if (left <= NOTHING_LEFT * length) {
      return false;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= left;
    }
    return true;
  }

  private Projection projection(double[][] centred) {
    float[] x = new float[centred.length];
    float[] y = new float[centred.length];
    double shown = 0;
    double all = 0;
    for (int p = 0; p < centred.length; p++) {
      double alongFirst = dot(centred[p], axes[0]);
      double alongSecond = dot(centred[p], axes[1]);
      x[p] = (float) alongFirst;
      y[p] = (float) alongSecond;
      shown += alongFirst * alongFirst + alongSecond * alongSecond;
      all += dot(centred[p], centred[p]);
    }
    return new Projection(x, y, all == 0 ? 0 : Math.min(1, shown / all));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double times, double[] vector) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * vector[i];
    }
  }
}
