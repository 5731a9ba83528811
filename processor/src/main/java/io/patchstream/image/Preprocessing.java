package io.patchstream.image;

import java.nio.file.Path;

/** SKELETON: what {@code preprocessor_config.json} says (the image room fills this). */
public record Preprocessing() {

  /** Reads {@code preprocessor_config.json} of a model folder. */
  public static Preprocessing read(Path modelFolder) {
    throw new UnsupportedOperationException("skeleton");
  }
}
