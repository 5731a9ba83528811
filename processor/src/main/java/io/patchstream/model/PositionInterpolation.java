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
      float centre = (target + 0.5f) * ((float) from / to) - 0.5f;
      int floor = (int) Math.floor(centre);
      float t = centre - floor;
      float[] weights = {cubic(t + 1), cubic(t), cubic(1 - t), cubic(2 - t)};
      int[] sources = new int[weights.length];
      for (int i = 0; i < sources.length; i++) {
        sources[i] = Math.max(0, Math.min(from - 1, floor - 1 + i));
      }
      return new Taps(sources, weights);
    }
  };

  /** Keys' parameter, as PyTorch sets it (Pillow and TensorFlow take -0.5). */
  private static final float A = -0.75f;

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

  /** Keys' cubic convolution kernel at distance 0 to 2 (IEEE ASSP 29.6, 1981). */
  private static float cubic(float distance) {
    float x = distance;
    return x <= 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  }
}
