package io.patchstream.it;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.ImageEvent;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbered pictures of many sizes and both formats, drawn once, which ask for many grids: what a
 * cache or an arena has to live with.
 */
final class MixedPictures {

  /** Pixels of width and height that events ask for. */
  private static final int[][] SIZES = {
    {80, 80}, {120, 80}, {80, 120}, {160, 160}, {200, 120}, {120, 200}, {160, 80}, {240, 240}
  };

  private static final int LARGEST_SCALE = 12;

  private final List<byte[]> pictures;

  /**
   * The pictures of a model.
   *
   * @param classes of the model; a picture shows its number's remainder by it
   */
  MixedPictures(int classes) {
    pictures = IntStream.range(0, classes).mapToObj(MixedPictures::draw).toList();
  }

  /** The event of a number, as its {@link Fate} says. */
  ImageEvent event(int number) {
    int[] size = SIZES[number / 7 % SIZES.length];
    return Fate.event(number, pictures.get(number % pictures.size()))
        .setRequestedWidth(size[0])
        .setRequestedHeight(size[1])
        .build();
  }

  private static byte[] draw(int number) {
    NumberedPicture picture =
        NumberedPicture.of(number).withScale(1 + number % LARGEST_SCALE).withNoise(number % 20);
    return number % 2 == 0 ? picture.png() : picture.jpeg();
  }
}
