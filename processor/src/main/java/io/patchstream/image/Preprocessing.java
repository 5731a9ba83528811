package io.patchstream.image;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model's pictures go through, as it was trained: resized, the middle cut out (or padded
 * around), normalised.
 *
 * @param resize to which size
 * @param filter how it is resized
 * @param crop which part of that the model sees
 * @param normalisation bytes to floats
 */
public record Preprocessing(Resize resize, Filter filter, Crop crop, Normalisation normalisation) {

  /** The longest side that a model may see, in pixels. */
  public static final int MAX_SIDE = 16_384;

  /** Nothing is left out. */
  public Preprocessing {
    Objects.requireNonNull(resize);
    Objects.requireNonNull(filter);
    Objects.requireNonNull(crop);
    Objects.requireNonNull(normalisation);
  }

  /**
   * Reads what a model folder says: timm's {@code pretrained_cfg} in {@code config.json} where that
   * is there, otherwise {@code preprocessor_config.json} of Hugging Face's image processors.
   *
   * @throws PreprocessingException if both are missing or unreadable, or say something that is not
   *     known and would change the pixels; the message names the file and the key
   */
  public static Preprocessing read(Path modelFolder) throws PreprocessingException {
    Optional<Preprocessing> timm = TimmConfig.read(modelFolder);
    return timm.isPresent() ? timm.get() : PreprocessorConfig.read(modelFolder);
  }

  /** What is done with a picture of this size, upright. */
  Framing frame(int width, int height) {
    return crop.frame(resize.width(width, height), resize.height(width, height));
  }
}
