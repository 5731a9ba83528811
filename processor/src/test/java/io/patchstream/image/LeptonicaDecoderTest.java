package io.patchstream.image;

import static io.patchstream.image.LeptonicaDecoder.FULL_SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeptonicaDecoderTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  private final LeptonicaDecoder decoder = new LeptonicaDecoder();
  private final Pixels pixels = new Pixels();

  @BeforeEach
  void nativesAreThere() {
    assumeTrue(LeptonicaDecoder.isAvailable(), "no natives for this platform");
  }

  /** ImageIO's libjpeg has the same DCT and the same upsampling, so that nothing is to differ. */
  @ParameterizedTest
  @ValueSource(
      strings = {"q90_420.jpg", "q90_444.jpg", "gray.jpg", "progressive.jpg", "exif_rotate90.jpg"})
  void givesThePixelsOfThePortableDecoder(String name) throws ImageException {
    byte[] jpeg = Golden.image(name);
    ImageHeader header = ImageHeader.read(jpeg, LIMITS);
    Pixels portable = new Pixels();
    new ImageIoDecoder().decode(jpeg, header, portable);

    assertThat(decoder.decode(jpeg, header, FULL_SIZE, pixels)).isTrue();

    assertThat(Pictures.of(pixels)).usingRecursiveComparison().isEqualTo(Pictures.of(portable));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cmyk.jpg", "gray.png"})
  void leavesTheRestToThePortableDecoder(String name) throws ImageException {
    byte[] encoded = Golden.image(name);
    assertThat(decoder.decode(encoded, ImageHeader.read(encoded, LIMITS), FULL_SIZE, pixels))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"q90_420.jpg", "gray.jpg", "progressive.jpg"})
  void doesNotTakeDamageForAPicture(String name) throws ImageException {
    byte[] whole = Golden.image(name);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    half[half.length - 2] = (byte) 0xff;
    half[half.length - 1] = (byte) 0xd9;
    assertThat(decoder.decode(half, ImageHeader.read(half, LIMITS), FULL_SIZE, pixels)).isFalse();
    assertThat(decoder.decode(whole, ImageHeader.read(whole, LIMITS), FULL_SIZE, pixels)).isTrue();
  }

  /** Which damage is tolerated does not depend on the platform; what it looks like may. */
  @Test
  void takesNoDamagedPictureThatThePortableDecoderRefuses() throws ImageException {
    Mutants mutants =
        new Mutants(
            WholePicture.all().stream().filter(each -> each.format() == ImageFormat.JPEG).toList(),
            2);
    int taken = 0;
    for (int number = 0; number < 1_000; number++) {
      byte[] jpeg = mutants.mutant(number);
      ImageHeader header;
      try {
        header = ImageHeader.read(jpeg, LIMITS);
      } catch (ImageException e) {
        continue; // neither sees it
      }
      if (decoder.decode(jpeg, header, FULL_SIZE, pixels)) {
        taken++;
        new ImageIoDecoder().decode(jpeg, header, pixels);
      }
    }
    assertThat(taken).isGreaterThan(200);
  }

  @Test
  void doesNotTakeAnotherSizeThanTheHeaders() throws ImageException {
    ImageHeader wrong =
        new ImageHeader(ImageFormat.JPEG, 9, 9, Orientation.UPRIGHT, ColorCoding.GRAY);
    assertThat(decoder.decode(Golden.image("gray.jpg"), wrong, FULL_SIZE, pixels)).isFalse();
  }
}
