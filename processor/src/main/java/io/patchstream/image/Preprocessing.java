package io.patchstream.image;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What a model's pictures go through, as it was trained: resized, the middle cut out (or padded
 * with zeros), normalised.
 *
 * @param resize to which size
 * @param filter how it is resized
 * @param outputHeight height of the middle in pixels: what the model sees
 * @param outputWidth width of the middle in pixels
 * @param normalisation bytes to floats
 */
public record Preprocessing(
    Resize resize, Filter filter, int outputHeight, int outputWidth, Normalisation normalisation) {

  /** The longest side that a model may see, in pixels. */
  public static final int MAX_SIDE = 16_384;

  /**
   * Checks the output size.
   *
   * @throws IllegalArgumentException if a side is below 1 or above {@link #MAX_SIDE}
   */
  public Preprocessing {
    Objects.requireNonNull(resize);
    Objects.requireNonNull(filter);
    Objects.requireNonNull(normalisation);
    if (Math.min(outputHeight, outputWidth) < 1 || Math.max(outputHeight, outputWidth) > MAX_SIDE) {
      throw new IllegalArgumentException(
          "a model sees sides of 1 to %d pixels, not %dx%d"
              .formatted(MAX_SIDE, outputHeight, outputWidth));
    }
  }

  /**
   * Reads {@code preprocessor_config.json} of a model folder, as Hugging Face's {@code
   * ViTImageProcessor} and {@code ViTFeatureExtractor} write and understand it.
   *
   * @throws PreprocessingException if the file is missing or unreadable, or says something that is
   *     not known and would change the pixels; the message names the file and the key
   */
  public static Preprocessing read(Path modelFolder) throws PreprocessingException {
    return PreprocessorConfig.read(modelFolder);
  }

  /** What is done with a picture of this size, upright. */
  Framing frame(int width, int height) {
    return Framing.centred(
        resize.width(width, height), resize.height(width, height), outputWidth, outputHeight);
  }
}
