package io.patchstream.model;

/**
 * How a framework brings learned position embeddings to another grid. All of them are separable: a
 * target position is a weighted sum of source positions, one axis after the other.
 */
public enum PositionInterpolation {

  /**
   * Bicubic, half-pixel centres, no antialias: {@code torch.nn.functional.interpolate(mode =
   * "bicubic", align_corners = False)}, as Hugging Face's ViT calls it.
   */
  BICUBIC {
    @Override
    Taps taps(int target, int from, int to) {
      return cubicTaps((target + 0.5f) * ((float) from / to) - 0.5f, from);
    }
  },

  /**
   * Bicubic, half-pixel centres, with antialias: where the grid shrinks, the kernel widens. {@code
   * interpolate(mode = "bicubic", antialias = True)}, as timm calls it.
   */
  BICUBIC_ANTIALIAS {
    @Override
    Taps taps(int target, int from, int to) {
      float scale = (float) from / to;
      float widening = Math.max(1, scale);
      float centre = (target + 0.5f) * scale;
      int first = Math.max(0, (int) (centre - 2 * widening + 0.5f));
      int end = Math.min(from, (int) (centre + 2 * widening + 0.5f));
      int[] sources = new int[end - first];
      float[] weights = new float[sources.length];
      float sum = 0;
      for (int i = 0; i < sources.length; i++) {
        sources[i] = first + i;
        float distance = Math.abs((sources[i] + 0.5f - centre) / widening);
        weights[i] = cubic(distance, A_ANTIALIAS);
        sum += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= sum;
      }
      return new Taps(sources, weights);
    }
  },

  /**
   * Bicubic, the corners of both grids aligned, no antialias: {@code interpolate(mode = "bicubic",
   * align_corners = True)}, as torchvision's {@code interpolate_embeddings} calls it.
   */
  BICUBIC_CORNERS {
    @Override
    Taps taps(int target, int from, int to) {
      return cubicTaps(corners(target, from, to), from);
    }
  },

  /**
   * Bilinear, the corners of both grids aligned: {@code scipy.ndimage.zoom(order = 1)}, as {@code
   * google-research/vision_transformer} calls it.
   */
  BILINEAR_CORNERS {
    @Override
    Taps taps(int target, int from, int to) {
      float place = corners(target, from, to);
      int before = Math.min(from - 1, (int) place);
      float t = place - before;
      return new Taps(new int[] {before, Math.min(from - 1, before + 1)}, new float[] {1 - t, t});
    }
  };

  /** Keys' parameter, as PyTorch sets it (Pillow and TensorFlow take -0.5). */
  private static final float A = -0.75f;

  /** Keys' parameter, as PyTorch sets it with antialias. */
  private static final float A_ANTIALIAS = -0.5f;

  /**
   * The source positions of one target position along one axis, and their weights.
   *
   * @param sources indices into the source axis; one may stand there more than once
   * @param weights as many, adding up to 1
   */
  record Taps(int[] sources, float[] weights) {}

  /**
   * Where a target position takes its values from.
   *
   * @param target index on the target axis, 0 to {@code to - 1}
   * @param from length of the source axis
   * @param to length of the target axis
   */
  abstract Taps taps(int target, int from, int to);

  /** The four sources around a place on the source axis; beyond its ends, the last one again. */
  private static Taps cubicTaps(float place, int from) {
    int floor = (int) Math.floor(place);
    float t = place - floor;
    float[] weights = {cubic(t + 1, A), cubic(t, A), cubic(1 - t, A), cubic(2 - t, A)};
    int[] sources = new int[weights.length];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Math.max(0, Math.min(from - 1, floor - 1 + i));
    }
    return new Taps(sources, weights);
  }

  /** The place on the source axis where first and last of both axes meet. */
  private static float corners(int target, int from, int to) {
    return to == 1 ? 0 : target * ((float) (from - 1) / (to - 1));
  }

  /** Keys' cubic convolution kernel (IEEE ASSP 29.6, 1981). */
  private static float cubic(float distance, float a) {
    float x = distance;
    if (x <= 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }
}
