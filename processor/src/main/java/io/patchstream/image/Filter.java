package io.patchstream.image;

/**
 * The filters of Pillow's {@code Image.resize} that checkpoints are trained with. When a picture
 * shrinks, each but {@link #NEAREST} widens with the scale (antialias).
 */
public enum Filter {
  /** The pixel under the centre. */
  NEAREST(0, 0) {
    @Override
    double weight(double x) {
      throw new UnsupportedOperationException("nearest picks one pixel and weighs none");
    }
  },
  /** Windowed sinc with three lobes. */
  LANCZOS(1, 3) {
    @Override
    double weight(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  /** The triangle. */
  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  /** Keys' cubic convolution with a = -0.5. */
  BICUBIC(3, 2) {
    private static final double A = -0.5;

    @Override
    double weight(double x) {
      double d = Math.abs(x);
      if (d < 1) {
        return ((A + 2) * d - (A + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
    }
  },
  /** The mean of the pixels beneath. */
  BOX(4, 0.5) {
    @Override
    double weight(double x) {
      return -0.5 < x && x <= 0.5 ? 1 : 0;
    }
  },
  /** One lobe of a sinc under Hamming's window. */
  HAMMING(5, 1) {
    // Pillow writes them as float.
    private static final double A = 0.54f;
    private static final double B = 0.46f;

    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? sinc(distance) * (A + B * StrictMath.cos(distance * Math.PI)) : 0;
    }
  };

  private final int code;
  private final double support;

  Filter(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /** The number that Pillow and {@code preprocessor_config.json} give it. */
  public int code() {
    return code;
  }

  /** Half the filter's width at scale 1, in pixels. */
  double support() {
    return support;
  }

  /** The filter's height at the distance {@code x} from its centre. */
  abstract double weight(double x);

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    // StrictMath: the same bits on every machine and in the interpreter and the compiler alike.
    return StrictMath.sin(angle) / angle;
  }
}
