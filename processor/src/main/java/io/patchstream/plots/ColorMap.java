package io.patchstream.plots;

/**
 * Values to colours, such that equal steps look equal: a path through OKLab (Ottosson 2020, "A
 * perceptual color space for image processing"), on which colours stand at even distances.
 */
final class ColorMap {

  /**
   * A colour in OKLab's polar form.
   *
   * @param lightness 0 to 1
   * @param chroma 0 for grey, to about 0.3
   * @param hue in degrees
   */
  private record Stop(double lightness, double chroma, double hue) {

    private double[] lab() {
      double angle = Math.toRadians(hue);
      return new double[] {lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)};
    }
  }

  /** From 0, dark, to the most, bright. */
  static final ColorMap MAGNITUDE =
      new ColorMap(
          through(
              new Stop(0.16, 0.05, 285),
              new Stop(0.34, 0.15, 295),
              new Stop(0.52, 0.20, 355),
              new Stop(0.70, 0.18, 45),
              new Stop(0.95, 0.13, 105)));

  /** From the most below 0, blue, by 0, nearly white, to the most above, red. */
  static final ColorMap SIGNED =
      new ColorMap(
          through(new Stop(0.38, 0.15, 262), new Stop(0.68, 0.11, 245), new Stop(0.975, 0, 245)),
          through(new Stop(0.975, 0, 30), new Stop(0.68, 0.15, 38), new Stop(0.38, 0.14, 20)));

  private static final int FINE = 4096;
  private static final int COLORS = 511; // odd: one of them is the middle

  private final int[] colors = new int[COLORS];

  /** Through parts of equal length, each of points along it. */
  private ColorMap(double[][]... parts) {
    double[][][] even = new double[parts.length][][];
    int each = (COLORS - 1) / parts.length;
    for (int part = 0; part < parts.length; part++) {
      even[part] = evenly(parts[part], each + 1);
    }
    for (int i = 0; i < COLORS; i++) {
      int part = Math.min(i / each, parts.length - 1);
      colors[i] = rgb(even[part][i - part * each]);
    }
  }

  /** The colour at a share of the scale, 0 to 1, as 0xRRGGBB; beyond its ends that of the end. */
  int rgb(double share) {
    return colors[(int) Math.round(Math.max(0, Math.min(1, share)) * (COLORS - 1))];
  }

  /** The lightness of a colour in OKLab, 0 to 1. */
  static double lightness(int rgb) {
    return lab(rgb)[0];
  }

  /** Many points on smooth curves through the stops (Catmull and Rom). */
  private static double[][] through(Stop... stops) {
    double[][] points = new double[FINE + 1][];
    for (int i = 0; i <= FINE; i++) {
      double place = (double) i / FINE * (stops.length - 1);
      int before = Math.min((int) place, stops.length - 2);
      double t = place - before;
      double[] p0 = stops[Math.max(0, before - 1)].lab();
      double[] p1 = stops[before].lab();
      double[] p2 = stops[before + 1].lab();
      double[] p3 = stops[Math.min(stops.length - 1, before + 2)].lab();
      points[i] = new double[p1.length];
      for (int axis = 0; axis < p1.length; axis++) {
        double straight = 2 * p1[axis] + (p2[axis] - p0[axis]) * t;
        double bend = 2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis];
        double twist = 3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis];
        points[i][axis] = 0.5 * (straight + bend * t * t + twist * t * t * t);
      }
    }
    return points;
  }

  /** Some of the points, at even distances along them. */
  private static double[][] evenly(double[][] points, int count) {
    double[] length = new double[points.length];
    for (int i = 1; i < points.length; i++) {
      length[i] = length[i - 1] + distance(points[i - 1], points[i]);
    }
    double[][] even = new double[count][];
    int at = 0;
    for (int i = 0; i < count; i++) {
      while (at < points.length - 1 && length[at] < length[points.length - 1] * i / (count - 1)) {
        at++;
      }
      even[i] = points[at];
    }
    return even;
  }

  /** How different two colours look, in OKLab. */
  static double difference(int rgb, int other) {
    return distance(lab(rgb), lab(other));
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  /** OKLab to sRGB; what sRGB has no colour for is cut off. */
  private static int rgb(double[] lab) {
    double l = cube(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]);
    double m = cube(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]);
    double s = cube(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2]);
    int red = level(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
    int green = level(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
    int blue = level(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    return red << 16 | green << 8 | blue;
  }

  private static double[] lab(int rgb) {
    double red = linear(rgb >> 16 & 0xff);
    double green = linear(rgb >> 8 & 0xff);
    double blue = linear(rgb & 0xff);
    double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return new double[] {
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    };
  }

  private static double cube(double x) {
    return x * x * x;
  }

  private static int level(double linear) {
    double clipped = Math.max(0, Math.min(1, linear));
    double encoded =
        clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * Math.pow(clipped, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * encoded);
  }

  private static double linear(int level) {
    double encoded = level / 255.0;
    return encoded <= 0.04045 ? encoded / 12.92 : Math.pow((encoded + 0.055) / 1.055, 2.4);
  }
}
