package io.patchstream.image;

import static io.patchstream.image.Pngs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Index.atIndex;

import io.patchstream.image.ImageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PngDecoderTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/png");
  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  private final PngDecoder decoder = new PngDecoder();
  private final Pixels pixels = new Pixels();

  static Stream<String> golden() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".png"))
          .toList()
          .stream();
    }
  }

  @Test
  void everyColourTypeAndDepthIsThere() throws IOException {
    assertThat(golden()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void interlacedPicturesAreThoseOfPillow(String name) throws IOException, ImageException {
    decode(Files.readAllBytes(GOLDEN.resolve(name)));

    assertThat(Pictures.of(pixels).rgb())
        .isEqualTo(Files.readAllBytes(GOLDEN.resolve(name.replace(".png", ".rgb"))));
  }

  /** Seven passes, of which a small picture fills some only. */
  @Test
  void aPassWithoutPixelsHasNoRows() throws ImageException, DataFormatException {
    byte[] corner = Pngs.interlaced(1, 2, 8, 0).rows(bytes(10), bytes(20)).end();

    decode(corner);

    assertThat(Pictures.red(pixels)).containsExactly(10, 20);
  }

  /** The standard's own words, for all three neighbours that there are. */
  @Test
  void paethPredictsWhatTheStandardSays() {
    int wrong = 0;
    for (int neighbours = 0; neighbours < 1 << 24; neighbours++) {
      int left = neighbours >> 16;
      int up = neighbours >> 8 & 0xff;
      int corner = neighbours & 0xff;
      int estimate = left + up - corner;
      int toLeft = Math.abs(estimate - left);
      int toUp = Math.abs(estimate - up);
      int toCorner = Math.abs(estimate - corner);
      int other = toUp <= toCorner ? up : corner;
      int expected = toLeft <= toUp && toLeft <= toCorner ? left : other;
      wrong += PngFilter.nearest(left, up, corner) == expected ? 0 : 1;
    }
    assertThat(wrong).isZero();
  }

  @Test
  void rowsLongerThanABlock() throws ImageException {
    byte[][] rows = new byte[3][3 * 30_000];
    for (int y = 0; y < 3; y++) {
      Arrays.fill(rows[y], (byte) (y + 1));
    }

    decode(Pngs.of(30_000, 3, 8, 2).rows(rows).end());

    assertThat(Pictures.of(pixels).rgb())
        .startsWith(1)
        .endsWith(3)
        .contains((byte) 2, atIndex(3 * 30_000))
        .contains((byte) 2, atIndex(6 * 30_000 - 1));
  }

  @Test
  void dataThatEndsTooEarlyIsCorrupt() throws ImageException {
    byte[] row = new byte[100];
    assertCorrupt(Pngs.of(100, 4, 8, 0).rows(row, row).end(), "data ends before row 2");
    assertCorrupt(Pngs.of(1, 1, 8, 0).end(), "0 bytes of data");
  }

  @Test
  void dataBehindAnotherChunkDoesNotCount() {
    byte[] row = new byte[100];
    byte[] late = Pngs.of(100, 2, 8, 0).rows(row).chunk("tEXt", row).rows(row).end();
    assertCorrupt(late, "data ends before row 1");
  }

  @Test
  void dataBeyondThePictureIsNotLookedAt() throws ImageException {
    decode(Pngs.of(1, 1, 8, 0).rows(bytes(7), bytes(8)).end());
    assertThat(Pictures.red(pixels)).containsExactly(7);
  }

  @Test
  void dataThatIsNotPackedIsCorrupt() {
    assertCorrupt(Pngs.of(1, 1, 8, 0).chunk("IDAT", bytes(1, 2, 3, 4)).end(), "before row 0");
  }

  @Test
  void aFilterThatPngDoesNotHaveIsCorrupt() throws DataFormatException {
    byte[] png = Pngs.of(2, 2, 8, 0).rows(bytes(1, 2), bytes(3, 4)).end();
    assertCorrupt(Pngs.withRows(png, rows -> rows[3] = 5), "row 1 has the filter 5");
  }

  @Test
  void aColourBeyondThePaletteIsCorrupt() {
    byte[] two = bytes(1, 2, 3, 4, 5, 6);
    assertCorrupt(
        Pngs.of(2, 1, 8, 3).chunk("PLTE", two).rows(bytes(1, 2)).end(),
        "row 0 has the colour 2 of a palette of 2");
    assertCorrupt(Pngs.of(1, 1, 8, 3).rows(bytes(0)).end(), "palette of 0");
    assertCorrupt(
        Pngs.of(1, 1, 8, 3).chunk("PLTE", bytes(1, 2)).rows(bytes(0)).end(),
        "its palette has 2 bytes");
  }

  @Test
  void goesOnAfterAnImageThatFailed() throws ImageException {
    aColourBeyondThePaletteIsCorrupt();
    dataThatIsNotPackedIsCorrupt();

    decode(Golden.image("palette.png"));

    assertThat(Pictures.of(pixels).rgb()).isEqualTo(Golden.expected("palette.png/decoded").rgb());
  }

  private void decode(byte[] png) throws ImageException {
    decoder.decode(png, ImageHeader.read(png, LIMITS), pixels);
  }

  private void assertCorrupt(byte[] png, String message) {
    assertThatThrownBy(() -> decode(png))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining(message);
  }
}
