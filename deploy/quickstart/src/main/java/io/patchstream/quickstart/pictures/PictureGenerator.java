package io.patchstream.quickstart.pictures;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws pictures whose classes differ by shape and not by colour: any figure in any colour on any
 * background. The n-th picture of a seed is always the same scene; asked at twice the size, it is
 * the same scene drawn with twice the pixels. A Java version's pictures are the same to the bit;
 * another's may differ at the rim of a figure in a few pixels of a thousand pictures. Not for
 * several threads at once.
 */
public final class PictureGenerator {

  private static final List<String> CLASSES =
      Arrays.stream(Figure.values()).map(Figure::label).toList();

  private final SplittableRandom random;

  /** Generators of one seed draw the same pictures. */
  public PictureGenerator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The names of the classes, in the order of their numbers. */
  public static List<String> classes() {
    return CLASSES;
  }

  /**
   * The next picture, of a random class.
   *
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   */
  public Picture next(int width, int height) {
    SplittableRandom scene = random.split();
    return draw(Figure.values()[scene.nextInt(CLASSES.size())], width, height, scene);
  }

  /**
   * The next picture, of this class.
   *
   * @param classIndex index into {@link #classes}
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   */
  public Picture of(int classIndex, int width, int height) {
    return draw(Figure.values()[classIndex], width, height, random.split());
  }

  private static Picture draw(Figure figure, int width, int height, SplittableRandom scene) {
    byte[] rgb = new Scene(figure, scene).draw(width, height);
    return new Picture(figure.ordinal(), figure.label(), width, height, rgb);
  }
}
