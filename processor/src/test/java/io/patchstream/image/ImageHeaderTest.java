package io.patchstream.image;

import static io.patchstream.image.Pngs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchstream.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {

  private static final ImageLimits LIMITS = new ImageLimits(100_000, 1_000_000);

  @ParameterizedTest
  @CsvSource({
    "q90_420.jpg, JPEG, 500, 375",
    "progressive.jpg, JPEG, 333, 222",
    "exif_rotate90.jpg, JPEG, 240, 160",
    "cmyk.jpg, JPEG, 160, 120",
    "palette.png, PNG, 130, 100",
    "wide_640x90.png, PNG, 640, 90"
  })
  void readsWhatTheFileSays(String name, ImageFormat format, int width, int height)
      throws ImageException {
    ImageHeader header = ImageHeader.read(Golden.image(name), LIMITS);
    assertThat(header.format()).isEqualTo(format);
    assertThat(header.width()).isEqualTo(width);
    assertThat(header.height()).isEqualTo(height);
  }

  @Test
  void noBytes() {
    assertThat(reasonOf(new byte[0])).isEqualTo(Reason.EMPTY);
  }

  @Test
  void tooManyBytes() {
    assertThat(reasonOf(new byte[100_001])).isEqualTo(Reason.TOO_MANY_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "gif.gif, GIF, 90, 70",
    "webp.webp, WEBP, 180, 140",
    "bmp.bmp, BMP, 64, 80",
    "tiff.tiff, TIFF, 70, 90"
  })
  void everyFormatTellsItsSize(String name, ImageFormat format, int width, int height)
      throws ImageException {
    ImageHeader header = ImageHeader.read(Golden.image(name), LIMITS);
    assertThat(header.format()).isEqualTo(format);
    assertThat(header.width()).isEqualTo(width);
    assertThat(header.height()).isEqualTo(height);
    assertThat(header.isWhole()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif.gif", "webp.webp", "bmp.bmp", "tiff.tiff"})
  void limitsHoldForEveryFormat(String name) {
    assertThatThrownBy(() -> ImageHeader.read(Golden.image(name), new ImageLimits(100_000, 5_000)))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PIXELS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif.gif", "webp.webp", "bmp.bmp", "tiff.tiff"})
  void whatIsCutOffInItsHeaderIsCorrupt(String name) {
    byte[] whole = Golden.image(name);
    for (int length = 12; length < 24; length++) {
      assertThat(reasonOf(Arrays.copyOf(whole, length))).isEqualTo(Reason.CORRUPT);
    }
  }

  /** Such a picture would have a second header, which nobody has held against the limits. */
  @Test
  void aPictureInsideABitmapIsRefused() {
    byte[] bmp = Golden.image("bmp.bmp");
    bmp[30] = 4;
    assertThat(reasonOf(bmp)).isEqualTo(Reason.UNSUPPORTED_FORMAT);
  }

  @Test
  void unknownFirstBytesAreShown() {
    assertThatThrownBy(() -> ImageHeader.read(bytes(0xca, 0xfe, 0, 1), LIMITS))
        .hasMessageContaining("ca fe 00 01");
  }

  /** Thirty-three bytes of PNG and fifteen of JPEG: nothing is there to be decoded. */
  @ParameterizedTest
  @CsvSource({"50000, 50000", "1001, 1000", "65535, 65535"})
  void tooManyPixelsAreRefusedByTheHeaderAlone(int width, int height) {
    byte[] png = Pngs.of(width, height, 8, 2).cut();
    byte[] jpeg = jpegFrame(0xc0, 8, width, height, 1);
    for (byte[] encoded : new byte[][] {png, jpeg}) {
      assertThatThrownBy(() -> ImageHeader.read(encoded, LIMITS))
          .hasMessageContaining(width + "x" + height)
          .hasMessageContaining("1000000");
      assertThat(reasonOf(encoded)).isEqualTo(Reason.TOO_MANY_PIXELS);
    }
  }

  @Test
  void aSideThatIsTooLongIsRefusedWhateverTheArea() {
    assertThat(reasonOf(Pngs.of(ImageLimits.MAX_SIDE + 1, 1, 8, 0).cut()))
        .isEqualTo(Reason.TOO_MANY_PIXELS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"q90_444.jpg", "progressive.jpg", "cmyk.jpg", "alpha.png", "palette.png"})
  void aFileThatIsCutOffAnywhereIsCorrupt(String name) {
    byte[] whole = Golden.image(name);
    for (int length = 8; length < whole.length; length += 1 + length / 200) {
      assertThat(reasonOf(Arrays.copyOf(whole, length))).isEqualTo(Reason.CORRUPT);
    }
    assertThat(reasonOf(Arrays.copyOf(whole, whole.length - 1))).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void whatComesAfterTheEndDoesNotMatter() throws ImageException {
    for (String name : new String[] {"gray.jpg", "gray.png"}) {
      byte[] whole = Golden.image(name);
      byte[] longer = Arrays.copyOf(whole, whole.length + 1000);
      assertThat(ImageHeader.read(longer, LIMITS)).isEqualTo(ImageHeader.read(whole, LIMITS));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0xc3, 8, 1", // lossless
    "0xc9, 8, 1", // arithmetic
    "0xc1, 12, 1",
    "0xc0, 8, 2"
  })
  void kindsOfJpegThatAreNotRead(int marker, int bits, int components) {
    assertThat(reasonOf(jpegFrame(marker, bits, 10, 10, components)))
        .isEqualTo(Reason.UNSUPPORTED_FORMAT);
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "10, 0"})
  void noPixels(int width, int height) {
    assertThat(reasonOf(jpegFrame(0xc0, 8, width, height, 1))).isEqualTo(Reason.CORRUPT);
    assertThat(reasonOf(Pngs.of(width, height, 8, 0).rows().end())).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void jpegWithMoreScansThanAnyEncoderWrites() {
    byte[] jpeg = Golden.image("progressive.jpg");
    int scan = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00da");
    byte[] bomb = Arrays.copyOf(jpeg, scan + 101 * 10 + 2);
    for (int at = scan; at < bomb.length - 2; at += 10) {
      System.arraycopy(bytes(0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0), 0, bomb, at, 10);
    }
    bomb[bomb.length - 2] = (byte) 0xff;
    bomb[bomb.length - 1] = (byte) 0xd9;
    assertThatThrownBy(() -> ImageHeader.read(bomb, LIMITS)).hasMessageContaining("scans");
  }

  @Test
  void pngWithAWrongChecksum() {
    byte[] png = Golden.image("gray.png");
    png[png.length / 2] ^= 1;
    assertThatThrownBy(() -> ImageHeader.read(png, LIMITS)).hasMessageContaining("checksum");
    assertThat(reasonOf(png)).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void pngWhoseChunksAreNotInOrder() {
    byte[] header = Arrays.copyOfRange(Pngs.of(1, 1, 8, 0).cut(), 16, 29);
    assertThat(reasonOf(Pngs.of(1, 1, 8, 0).chunk("IHDR", header).rows(bytes(1)).end()))
        .isEqualTo(Reason.CORRUPT);
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "8, 1", "4, 2", "16, 3", "8, 7", "0, 0"})
  void pngOfAColourTypeOrDepthThatIsNone(int depth, int colorType) {
    assertThat(reasonOf(Pngs.of(1, 1, depth, colorType).rows(bytes(1)).end()))
        .isEqualTo(Reason.CORRUPT);
  }

  @Test
  void pngWhoseDataCannotHoldItsPixels() {
    assertThatThrownBy(
            () -> ImageHeader.read(Pngs.of(1000, 1000, 8, 2).rows(bytes(1, 2, 3)).end(), LIMITS))
        .hasMessageContaining("1000x1000");
  }

  private static Reason reasonOf(byte[] encoded) {
    return catchThrowableOfType(ImageException.class, () -> ImageHeader.read(encoded, LIMITS))
        .reason();
  }

  /** A JPEG that ends after its frame header. */
  private static byte[] jpegFrame(int marker, int bits, int width, int height, int components) {
    byte[] jpeg = Arrays.copyOf(bytes(0xff, 0xd8, 0xff, marker), 12 + 3 * components);
    byte[] frame =
        bytes(0, 8 + 3 * components, bits, height >> 8, height, width >> 8, width, components);
    System.arraycopy(frame, 0, jpeg, 4, frame.length);
    return jpeg;
  }
}
