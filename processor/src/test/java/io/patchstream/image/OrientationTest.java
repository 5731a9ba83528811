package io.patchstream.image;

import static io.patchstream.image.Pngs.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {

  /** Two rows of three: 1 2 3 over 4 5 6. */
  private static final Pixels STORED = Pictures.gray(3, 2, 1, 2, 3, 4, 5, 6);

  @ParameterizedTest
  @CsvSource({
    "1, 3, 1 2 3 4 5 6",
    "2, 3, 3 2 1 6 5 4",
    "3, 3, 6 5 4 3 2 1",
    "4, 3, 4 5 6 1 2 3",
    "5, 2, 1 4 2 5 3 6",
    "6, 2, 4 1 5 2 6 3",
    "7, 2, 6 3 5 2 4 1",
    "8, 2, 3 6 2 5 1 4"
  })
  void bringsUpright(int exif, int width, String upright) {
    Orientation orientation = Orientation.of(exif);
    Pixels turned = orientation.apply(STORED, new Pixels());

    int[] expected = Arrays.stream(upright.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(Pictures.red(turned)).containsExactly(expected);
    assertThat(turned.width()).isEqualTo(width);
    assertThat(orientation.swapsSides()).isEqualTo(width == 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 9, 274})
  void otherValuesSayNothing(int exif) {
    assertThat(Orientation.of(exif)).isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void readInBothByteOrdersAndBehindOtherEntries() {
    byte[] big =
        bytes(
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, //
            1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0);
    byte[] little =
        bytes(
            'I', 'I', 42, 0, 10, 0, 0, 0, 0, 0, 2, 0, //
            0x0f, 1, 2, 0, 4, 0, 0, 0, 'a', 'b', 'c', 0, //
            0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0);
    assertThat(Exif.orientation(big, 0, big.length)).isEqualTo(Orientation.ROTATED_90);
    assertThat(Exif.orientation(little, 0, little.length)).isEqualTo(Orientation.ROTATED_270);
  }

  @Test
  void damagedExifSaysNothing() {
    byte[] exif = bytes('M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0);
    for (int length = 0; length < exif.length; length++) {
      assertThat(Exif.orientation(exif, 0, length)).isEqualTo(Orientation.UPRIGHT);
    }
    for (int value = 0; value < 256; value++) {
      for (int at = 0; at < 10; at++) {
        byte[] mutant = exif.clone();
        mutant[at] = (byte) value;
        assertThat(Exif.orientation(mutant, 0, mutant.length))
            .isIn(Orientation.UPRIGHT, Orientation.ROTATED_90);
      }
    }
  }

  @Test
  void readFromJpegAndPng() throws ImageException {
    ImageLimits limits = new ImageLimits(1 << 20, 1 << 20);
    byte[] exif = bytes('M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0);
    byte[] png = Pngs.of(1, 1, 8, 0).chunk("eXIf", exif).rows(bytes(7)).end();
    assertThat(ImageHeader.read(png, limits).orientation()).isEqualTo(Orientation.ROTATED_180);
    assertThat(ImageHeader.read(Golden.image("exif_rotate90.jpg"), limits).orientation())
        .isEqualTo(Orientation.ROTATED_90);
  }
}
