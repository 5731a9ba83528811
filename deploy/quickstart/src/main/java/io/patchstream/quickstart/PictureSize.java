package io.patchstream.quickstart;

import java.util.List;

/**
 * A size that pictures are drawn at.
 *
 * @param name what it is to the model
 * @param width in pixels
 * @param height in pixels
 */
public record PictureSize(String name, int width, int height) {

  /**
   * The sizes of the demo: the one that the model was made for, and four others.
   *
   * @param own width and height of the model's own images in pixels
   */
  public static List<PictureSize> around(int own) {
    return List.of(
        new PictureSize("own", own, own),
        new PictureSize("0.75x", own * 3 / 4, own * 3 / 4),
        new PictureSize("1.5x", own * 3 / 2, own * 3 / 2),
        new PictureSize("2x", own * 2, own * 2),
        new PictureSize("3:2", own * 3 / 2, own));
  }

  /** Width and height, as in {@code 96x64}. */
  public String pixels() {
    return width + "x" + height;
  }
}
