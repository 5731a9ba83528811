package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageIoDecoderTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  private final ImageIoDecoder decoder = new ImageIoDecoder();

  @ParameterizedTest
  @ValueSource(strings = {"gray.jpg", "bmp.bmp"})
  void aSizeOtherThanTheHeadersIsCorrupt(String name) {
    ImageFormat format = name.endsWith("jpg") ? ImageFormat.JPEG : ImageFormat.BMP;
    ImageHeader wrong = new ImageHeader(format, 9, 9, Orientation.UPRIGHT, ColorCoding.GRAY);
    assertCorrupt(Golden.image(name), wrong, "9x9");
  }

  /** Cut in the middle and closed with an end marker, so that its structure is whole. */
  @ParameterizedTest
  @ValueSource(strings = {"q90_420.jpg", "gray.jpg", "cmyk.jpg", "progressive.jpg"})
  void aJpegWhoseDataEndsTooEarlyIsNotHalfGrey(String name) throws ImageException {
    byte[] whole = Golden.image(name);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    half[half.length - 2] = (byte) 0xff;
    half[half.length - 1] = (byte) 0xd9;
    assertCorrupt(half, ImageHeader.read(half, LIMITS), "ends before");
  }

  @Test
  void whatTheDecoderRaisesIsTheCause() throws ImageException {
    byte[] jpeg = Golden.image("gray.jpg");
    int tables = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c4");
    Arrays.fill(jpeg, tables + 5, tables + 20, (byte) 0xfe);
    ImageHeader header = ImageHeader.read(jpeg, LIMITS);
    assertThatThrownBy(() -> decoder.decode(jpeg, header, new Pixels()))
        .isInstanceOf(ImageException.class)
        .cause()
        .isNotNull();
  }

  @Test
  void goesOnAfterAnImageThatFailed() throws ImageException {
    byte[] good = Golden.image("q90_444.jpg");
    ImageHeader header = ImageHeader.read(good, LIMITS);
    Pixels first = new Pixels();
    decoder.decode(good, header, first);
    aJpegWhoseDataEndsTooEarlyIsNotHalfGrey("gray.jpg");
    whatTheDecoderRaisesIsTheCause();
    Pixels second = new Pixels();
    decoder.decode(good, header, second);
    assertThat(Pictures.of(second).rgb()).isEqualTo(Pictures.of(first).rgb());
  }

  private void assertCorrupt(byte[] encoded, ImageHeader header, String message) {
    assertThatThrownBy(() -> decoder.decode(encoded, header, new Pixels()))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining(message);
  }
}
