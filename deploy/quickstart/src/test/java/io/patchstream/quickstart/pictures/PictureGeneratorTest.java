package io.patchstream.quickstart.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Crop;
import io.patchstream.image.Filter;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import io.patchstream.image.Normalisation;
import io.patchstream.image.PreparedImage;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resize;
import io.patchstream.image.Resolution;
import io.patchstream.image.Resolution.Mode;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureGeneratorTest {

  private static List<Picture> pictures(long seed, int count, int width, int height) {
    PictureGenerator generator = new PictureGenerator(seed);
    return Stream.generate(() -> generator.next(width, height)).limit(count).toList();
  }

  @Test
  void aSeedDrawsTheSamePicturesAgain() {
    List<Picture> first = pictures(7, 20, 64, 64);
    List<Picture> again = pictures(7, 20, 64, 64);
    for (int i = 0; i < first.size(); i++) {
      assertThat(again.get(i).label()).isEqualTo(first.get(i).label());
      assertThat(again.get(i).rgb()).isEqualTo(first.get(i).rgb());
    }
  }

  @Test
  void otherSeedsDrawOtherPictures() {
    assertThat(pictures(8, 1, 64, 64).get(0).rgb())
        .isNotEqualTo(pictures(7, 1, 64, 64).get(0).rgb());
  }

  @Test
  void everyClassOccurs() {
    assertThat(PictureGenerator.classes()).hasSizeGreaterThanOrEqualTo(16).doesNotHaveDuplicates();
    assertThat(pictures(1, 400, 16, 16))
        .extracting(Picture::label)
        .containsAll(PictureGenerator.classes());
  }

  @Test
  void aClassIsDrawnWhenAskedFor() {
    PictureGenerator generator = new PictureGenerator(1);
    for (int i = 0; i < PictureGenerator.classes().size(); i++) {
      Picture picture = generator.of(i, 64, 64);
      assertThat(picture.classIndex()).isEqualTo(i);
      assertThat(picture.label()).isEqualTo(PictureGenerator.classes().get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "33, 47", "32, 96", "96, 32", "200, 7", "640, 480"})
  void anySizeWorks(int width, int height) {
    for (Picture picture : pictures(3, 20, width, height)) {
      assertThat(picture.width()).isEqualTo(width);
      assertThat(picture.height()).isEqualTo(height);
      assertThat(picture.rgb()).hasSize(3 * width * height);
    }
  }

  /** But for noise, each 4x4 pixels of the larger picture are one pixel of the smaller. */
  @Test
  void aLargerPictureShowsTheSameScene() {
    List<Picture> small = pictures(5, 30, 48, 32);
    List<Picture> large = pictures(5, 30, 192, 128);
    for (int i = 0; i < small.size(); i++) {
      Picture other = small.get((i + 1) % small.size());
      assertThat(large.get(i).label()).isEqualTo(small.get(i).label());
      assertThat(distance(small.get(i), large.get(i), 4)).isLessThan(8);
      assertThat(distance(other, large.get(i), 4)).isGreaterThan(16);
    }
  }

  /** Mean distance of a picture's values to the means of the larger one's blocks, 0 to 255. */
  private static double distance(Picture small, Picture large, int factor) {
    double sum = 0;
    for (int i = 0; i < small.rgb().length; i++) {
      int x = i / 3 % small.width();
      int y = i / 3 / small.width();
      sum += Math.abs((small.rgb()[i] & 0xff) - blockMean(large, x, y, i % 3, factor));
    }
    return sum / small.rgb().length;
  }

  private static double blockMean(Picture picture, int x, int y, int channel, int factor) {
    double sum = 0;
    for (int i = 0; i < factor * factor; i++) {
      int row = y * factor + i / factor;
      int column = x * factor + i % factor;
      sum += picture.rgb()[3 * (row * picture.width() + column) + channel] & 0xff;
    }
    return sum / (factor * factor);
  }

  @Test
  void thePictureFilesAreRead() throws Exception {
    Picture picture = new PictureGenerator(11).next(64, 48);
    float[] exact = patches(picture.png());
    float[] lossy = patches(picture.jpeg(0.95f));
    assertThat(exact[0]).isCloseTo((picture.rgb()[0] & 0xff) / 127.5f - 1, within(1e-5f));
    double distance = 0;
    for (int i = 0; i < exact.length; i++) {
      distance += Math.abs(exact[i] - lossy[i]) / exact.length;
    }
    assertThat(distance).isBetween(1e-6, 0.2);
  }

  /** The patches that the processor makes of a file of 64x48 pixels, -1 to 1. */
  private static float[] patches(byte[] file) throws Exception {
    Normalisation normalisation =
        new Normalisation(1 / 255.0, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    Preprocessing asItIs =
        new Preprocessing(
            new Resize.Exact(48, 64), Filter.BILINEAR, new Crop(48, 64), normalisation);
    ImageToPatches room =
        new ImageToPatches(
            new ImageOptions(
                asItIs,
                8,
                new Resolution(Mode.FIXED, 48),
                new ImageLimits(1 << 20, 1 << 20),
                true));
    assertThat(room.prepare(file, null)).isEqualTo(new PreparedImage(64, 48, new Grid(6, 8)));
    FloatBuffer patches = FloatBuffer.allocate(48 * 192);
    room.writePatches(patches);
    return patches.array();
  }
}
