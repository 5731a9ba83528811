package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs decoded at a part of their size. */
class ReducedDecodingTest {

  private static final int SIDE = 96;
  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  @ParameterizedTest
  @CsvSource({
    "448, 448, 224, 224, 1",
    "895, 896, 224, 224, 1",
    "896, 896, 224, 224, 2",
    "1920, 1080, 224, 224, 2",
    "4000, 3000, 224, 224, 4",
    "3584, 3584, 224, 224, 8",
    "60000, 60000, 224, 224, 8",
    "60000, 300, 224, 224, 1",
    "4000, 3000, 298, 224, 4",
    "100, 100, 224, 224, 1"
  })
  void twiceTheResizedPixelsAreLeft(int width, int height, int toWidth, int toHeight, int by) {
    assertThat(Framing.whole(toWidth, toHeight).reduction(width, height)).isEqualTo(by);
  }

  @ParameterizedTest
  @CsvSource({
    "q90_420.jpg, 2",
    "q90_420.jpg, 4",
    "q90_420.jpg, 8",
    "gray.jpg, 8",
    "progressive.jpg, 4"
  })
  void sidesAreRoundedUp(String name, int reduction) throws ImageException {
    nativesAreThere();
    byte[] jpeg = Golden.image(name);
    ImageHeader header = ImageHeader.read(jpeg, LIMITS);
    Pixels pixels = new Pixels();

    assertThat(new LeptonicaDecoder().decode(jpeg, header, reduction, pixels)).isTrue();

    assertThat(pixels.width()).isEqualTo((int) Math.ceil(header.width() / (double) reduction));
    assertThat(pixels.height()).isEqualTo((int) Math.ceil(header.height() / (double) reduction));
  }

  /**
   * Noise in grains of six pixels, harsher than any photograph. Sides that are no multiples of the
   * reduction fare no worse: taken for multiples, they differ by 8 levels.
   */
  @ParameterizedTest
  @CsvSource({"768, 800, 1", "400, 1000, 6", "769, 771, 1", "769, 771, 3", "769, 771, 8"})
  void thePixelsAreNearlyThose(int width, int height, int exif) throws Exception {
    nativesAreThere();
    byte[] jpeg = turned(Pictures.jpeg(Pictures.grained(width, height)), exif);

    byte[] full = resized(jpeg, false);
    byte[] reduced = resized(jpeg, true);

    double difference = 0;
    for (int i = 0; i < full.length; i++) {
      difference += Math.abs((full[i] & 0xff) - (reduced[i] & 0xff));
    }
    assertThat(difference / full.length).isBetween(0.1, 2.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"q90_420.jpg", "gray.jpg", "progressive.jpg"})
  void damageIsStillSeen(String name) throws ImageException {
    nativesAreThere();
    byte[] jpeg = Golden.image(name);
    byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
    half[half.length - 2] = (byte) 0xff;
    half[half.length - 1] = (byte) 0xd9;
    ImageHeader header = ImageHeader.read(half, LIMITS);
    assertThat(new LeptonicaDecoder().decode(half, header, 4, new Pixels())).isFalse();
  }

  @Test
  void otherFormatsAreDecodedWhole() throws ImageException {
    nativesAreThere();
    byte[] webp = Golden.image("webp.webp");
    ImageHeader header = ImageHeader.read(webp, LIMITS);
    Pixels pixels = new Pixels();
    new ImageDecoder().decode(webp, header, 8, pixels);
    assertThat(pixels.width()).isEqualTo(header.width());
  }

  private static void nativesAreThere() {
    assumeTrue(LeptonicaDecoder.isAvailable(), "no natives for this platform");
  }

  private static byte[] resized(byte[] jpeg, boolean reduced) throws ImageException {
    Normalisation normalisation =
        new Normalisation(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    Preprocessing preprocessing =
        new Preprocessing(
            new Resize.Exact(SIDE, SIDE), Filter.BILINEAR, new Crop(SIDE, SIDE), normalisation);
    Resolution fixed = new Resolution(Resolution.Mode.FIXED, 1);
    ImageToPatches images =
        new ImageToPatches(
            new ImageOptions(preprocessing, 16, fixed, LIMITS, true, false, reduced));
    images.prepare(jpeg, null);
    ByteBuffer bytes = ByteBuffer.allocate(3 * SIDE * SIDE);
    images.writeResized(bytes);
    return bytes.array();
  }

  /** The same file with an EXIF orientation. */
  private static byte[] turned(byte[] jpeg, int exif) {
    byte[] segment =
        Pngs.bytes(
            0xff, 0xe1, 0, 30, 'E', 'x', 'i', 'f', 0, 0, //
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, //
            1, 0x12, 0, 3, 0, 0, 0, 1, 0, exif, 0, 0);
    return ByteBuffer.allocate(jpeg.length + segment.length)
        .put(jpeg, 0, 2)
        .put(segment)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }
}
