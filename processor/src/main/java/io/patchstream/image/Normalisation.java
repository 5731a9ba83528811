package io.patchstream.image;

import java.util.List;

/**
 * Bytes to what the model sees: {@code (byte * rescaleFactor - mean) / std}, a channel at a time.
 *
 * @param rescaleFactor what a byte is multiplied by, finite
 * @param mean of red, green and blue, after rescaling
 * @param std of red, green and blue, after rescaling; not 0
 */
public record Normalisation(double rescaleFactor, List<Double> mean, List<Double> std) {

  static final int CHANNELS = 3;
  static final int LEVELS = 256;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is not finite, if mean or std are not three, or if a
   *     std is 0
   */
  public Normalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != CHANNELS || std.size() != CHANNELS) {
      throw new IllegalArgumentException(
          "mean and std are of three channels: " + mean + ", " + std);
    }
    boolean finite =
        Double.isFinite(rescaleFactor)
            && mean.stream().allMatch(Double::isFinite)
            && std.stream().allMatch(Double::isFinite);
    if (!finite || std.contains(0.0) || std.contains(-0.0)) {
      throw new IllegalArgumentException(
          "rescale factor, mean and std are finite, and no std is 0: %s, %s, %s"
              .formatted(rescaleFactor, mean, std));
    }
  }

  /**
   * The value of every byte, [3, 256], rounded where Hugging Face's {@code image_transforms} round:
   * to float32 after rescaling, and at each step of normalising.
   */
  float[] table() {
    float[] table = new float[CHANNELS * LEVELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      float channelMean = mean.get(channel).floatValue();
      float channelStd = std.get(channel).floatValue();
      for (int level = 0; level < LEVELS; level++) {
        float rescaled = (float) (level * rescaleFactor);
        table[channel * LEVELS + level] = (rescaled - channelMean) / channelStd;
      }
    }
    return table;
  }
}
