package io.patchstream.image;

/**
 * At which size images go through the model.
 *
 * @param mode where the size comes from
 * @param maxPatches the most patches an image may be cut into where the size is not the model's
 *     own, at least 1
 */
public record Resolution(Mode mode, int maxPatches) {

  /** Where the size comes from. */
  public enum Mode {
    /** What the model's own preprocessing says. */
    FIXED,
    /** The image's own aspect ratio, at the grid of whole patches nearest to its own size. */
    NATIVE,
    /**
     * The size that the event asks for, rounded to whole patches; without one as {@link #FIXED}.
     */
    EVENT
  }

  /**
   * Checks the bound.
   *
   * @throws IllegalArgumentException if {@code maxPatches} is below 1
   */
  public Resolution {
    if (maxPatches < 1) {
      throw new IllegalArgumentException("an image has at least one patch, not " + maxPatches);
    }
  }
}
