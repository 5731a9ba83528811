package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the components of a JPEG stand for, as its markers say. */
class JpegColorsTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  @Test
  void markersAndComponentNamesDecide() throws ImageException {
    assertThat(coding(Golden.image("q90_444.jpg"))).isEqualTo(ColorCoding.YCBCR);
    assertThat(coding(Golden.image("gray.jpg"))).isEqualTo(ColorCoding.GRAY);
    assertThat(coding(Golden.image("cmyk.jpg"))).isEqualTo(ColorCoding.CMYK);
    assertThat(coding(withAdobeTransform(2))).isEqualTo(ColorCoding.YCCK);
    assertThat(coding(withoutJfif(1, 2, 3))).isEqualTo(ColorCoding.YCBCR);
    assertThat(coding(withoutJfif('R', 'G', 'B'))).isEqualTo(ColorCoding.RGB);
  }

  /** The JDK takes a 4:4:4 picture without markers for RGB; everybody else for YCbCr. */
  @Test
  void aPictureWithoutMarkersHasTheColoursOfTheOneWith() throws ImageException {
    assertThat(decode(withoutJfif(1, 2, 3)).rgb())
        .isEqualTo(decode(Golden.image("q90_444.jpg")).rgb());
  }

  @Test
  void componentsNamedRgbAreTakenAsTheyAre() throws ImageException {
    byte[] asRgb = decode(withoutJfif('R', 'G', 'B')).rgb();
    byte[] asLuma = decode(Golden.image("q90_444.jpg")).rgb();
    for (int i = 0; i < asLuma.length; i += 3) {
      int luma = asRgb[i] & 0xff;
      double red = luma + 1.402 * ((asRgb[i + 2] & 0xff) - 128);
      assertThat((double) (asLuma[i] & 0xff))
          .isBetween(Math.min(Math.max(red, 0), 255) - 1, Math.min(Math.max(red, 0), 255) + 1);
    }
  }

  /** The same samples, called YCCK: what was ink becomes luma and chroma, black stays. */
  @Test
  void ycckIsTurnedBackIntoInksFirst() throws ImageException {
    byte[] inks = decode(Golden.image("cmyk.jpg")).rgb();
    byte[] turned = decode(withAdobeTransform(2)).rgb();
    for (int i = 0; i < inks.length; i += 3) {
      // The picture has no black, so that what CMYK gives are the stored samples themselves.
      double red = (inks[i] & 0xff) + 1.402 * ((inks[i + 2] & 0xff) - 128);
      assertThat((double) (turned[i] & 0xff))
          .isBetween(Math.min(Math.max(red, 0), 255) - 1, Math.min(Math.max(red, 0), 255) + 1);
    }
  }

  private static ColorCoding coding(byte[] jpeg) throws ImageException {
    return ImageHeader.read(jpeg, LIMITS).coding();
  }

  private static Golden.Picture decode(byte[] jpeg) throws ImageException {
    Pixels pixels = new Pixels();
    new ImageIoDecoder().decode(jpeg, ImageHeader.read(jpeg, LIMITS), pixels);
    return Pictures.of(pixels);
  }

  private static byte[] withAdobeTransform(int transform) {
    byte[] jpeg = Golden.image("cmyk.jpg");
    int adobe = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("Adobe");
    jpeg[adobe + 11] = (byte) transform;
    return jpeg;
  }

  /** The 4:4:4 picture with its JFIF marker made a comment, and its components renamed. */
  private static byte[] withoutJfif(int... names) {
    byte[] jpeg = Golden.image("q90_444.jpg");
    jpeg[3] = (byte) 0xfe;
    String text = new String(jpeg, StandardCharsets.ISO_8859_1);
    int frame = text.indexOf("\u00ff\u00c0");
    int scan = text.indexOf("\u00ff\u00da");
    for (int i = 0; i < names.length; i++) {
      jpeg[frame + 10 + 3 * i] = (byte) names[i];
      jpeg[scan + 5 + 2 * i] = (byte) names[i];
    }
    return jpeg;
  }
}
