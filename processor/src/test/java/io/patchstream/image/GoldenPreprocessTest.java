package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow: what is lossless is met bit for bit. */
class GoldenPreprocessTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  /** Every side of every processor is even. */
  private static final int PATCH = 2;

  static List<String> lossless() {
    return Golden.imagesWith("squash_bilinear_224");
  }

  static List<String> lossy() {
    return Golden.imagesWith("decoded").stream()
        .filter(name -> !lossless().contains(name))
        .toList();
  }

  static Stream<Arguments> losslessByProcessor() {
    return lossless().stream()
        .flatMap(
            image -> Golden.processors().stream().map(processor -> Arguments.of(image, processor)));
  }

  @Test
  void theCorpusHoldsWhatIsCounted() {
    assertThat(lossless()).hasSize(10);
    assertThat(lossy()).hasSize(7);
    assertThat(losslessByProcessor()).hasSize(50);
  }

  @ParameterizedTest
  @MethodSource("lossless")
  void losslessPicturesDecodeToTheSameBytes(String image) throws ImageException {
    assertThat(decode(image).rgb()).isEqualTo(Golden.expected(image + "/decoded").rgb());
  }

  @ParameterizedTest
  @MethodSource("lossy")
  void lossyPicturesDecodeWithinHalfALevel(String image) throws ImageException {
    Golden.Picture picture = decode(image);
    Golden.Picture expected = Golden.expected(image + "/decoded");
    assertThat(picture.height()).isEqualTo(expected.height());
    assertThat(picture.width()).isEqualTo(expected.width());
    long sum = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      sum += Math.abs((picture.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff));
    }
    assertThat((double) sum / expected.rgb().length).isLessThan(0.5);
  }

  @ParameterizedTest
  @MethodSource("losslessByProcessor")
  void processorsGiveTheSameBytes(String image, String processor, @TempDir Path folder)
      throws ImageException {
    Preprocessing preprocessing = Golden.processor(processor, folder);
    Resolution fixed = new Resolution(Resolution.Mode.FIXED, 1);
    ImageToPatches toPatches =
        new ImageToPatches(new ImageOptions(preprocessing, PATCH, fixed, LIMITS, true));

    Grid grid = toPatches.prepare(Golden.image(image), null).grid();

    FloatBuffer patches = FloatBuffer.allocate(grid.patches() * 3 * PATCH * PATCH);
    toPatches.writePatches(patches);
    Golden.Picture expected = Golden.expected(image + "/" + processor);
    assertThat(grid).isEqualTo(new Grid(expected.height() / PATCH, expected.width() / PATCH));
    assertThat(pictureOf(patches.array(), grid)).isEqualTo(expected.rgb());
  }

  private static Golden.Picture decode(String name) throws ImageException {
    byte[] encoded = Golden.image(name);
    ImageHeader header = ImageHeader.read(encoded, LIMITS);
    Pixels stored = new Pixels();
    new ImageDecoder().decode(encoded, header, stored);
    return Pictures.of(header.orientation().apply(stored, new Pixels()));
  }

  /** Patches [rows * columns, 3, P, P] back to a picture [height, width, 3]. */
  private static byte[] pictureOf(float[] patches, Grid grid) {
    byte[] rgb = new byte[patches.length];
    int width = grid.columns() * PATCH;
    for (int i = 0; i < patches.length; i++) {
      int patch = i / (3 * PATCH * PATCH);
      int channel = i / (PATCH * PATCH) % 3;
      int y = patch / grid.columns() * PATCH + i / PATCH % PATCH;
      int x = patch % grid.columns() * PATCH + i % PATCH;
      rgb[(y * width + x) * 3 + channel] = (byte) patches[i];
    }
    return rgb;
  }
}
