package io.patchstream.image;

import static io.patchstream.image.Pngs.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every colour type and depth of PNG as Pillow's convert("RGB") sees it. */
class PngColorsTest {

  private static final byte[] PALETTE = bytes(1, 2, 3, 40, 50, 60, 255, 0, 128);

  @Test
  void grayOfFewBitsIsSpread() throws ImageException {
    assertThat(gray(Pngs.of(3, 2, 1, 0).rows(bytes(0b101 << 5), bytes(0b011 << 5))))
        .containsExactly(255, 0, 255, 0, 255, 255);
    assertThat(gray(Pngs.of(4, 1, 2, 0).rows(bytes(0b00_01_10_11))))
        .containsExactly(0, 85, 170, 255);
    assertThat(gray(Pngs.of(3, 1, 4, 0).rows(bytes(0x0f, 0x70)))).containsExactly(0, 255, 119);
  }

  @Test
  void grayIsNotCorrectedForGamma() throws ImageException {
    Pngs linear = Pngs.of(2, 1, 8, 0).chunk("gAMA", bytes(0, 1, 0x86, 0xa0));
    assertThat(gray(linear.rows(bytes(10, 200)))).containsExactly(10, 200);
  }

  /** Pillow cuts grey ones off at 255 and keeps the upper byte of others. */
  @Test
  void sixteenBitsAreScaledAndRounded() throws ImageException {
    assertThat(gray(Pngs.of(4, 1, 16, 0).rows(bytes(0x12, 0xff, 0xfe, 0x00, 255, 255, 0, 128))))
        .containsExactly(0x13, 0xfd, 255, 0);
    assertThat(rgb(Pngs.of(1, 1, 16, 2).rows(bytes(1, 255, 2, 3, 3, 0)))).containsExactly(2, 2, 3);
    assertThat(rgb(Pngs.of(1, 1, 16, 6).rows(bytes(1, 255, 2, 3, 3, 0, 0, 0))))
        .containsExactly(2, 2, 3);
    assertThat(gray(Pngs.of(1, 1, 16, 4).rows(bytes(9, 255, 0, 0)))).containsExactly(10);
  }

  @Test
  void alphaIsDroppedAndNotBlended() throws ImageException {
    assertThat(rgb(Pngs.of(1, 1, 8, 6).rows(bytes(10, 20, 30, 0)))).containsExactly(10, 20, 30);
    assertThat(gray(Pngs.of(2, 1, 8, 4).rows(bytes(10, 0, 20, 128)))).containsExactly(10, 20);
  }

  @Test
  void transparentColoursKeepTheirColour() throws ImageException {
    Pngs color = Pngs.of(1, 1, 8, 2).chunk("tRNS", bytes(0, 10, 0, 20, 0, 30));
    assertThat(rgb(color.rows(bytes(10, 20, 30)))).containsExactly(10, 20, 30);
    Pngs gray = Pngs.of(2, 1, 8, 0).chunk("tRNS", bytes(0, 10));
    assertThat(gray(gray.rows(bytes(10, 20)))).containsExactly(10, 20);
    Pngs bit = Pngs.of(3, 1, 1, 0).chunk("tRNS", bytes(0, 1));
    assertThat(gray(bit.rows(bytes(0b101 << 5)))).containsExactly(255, 0, 255);
    Pngs wide = Pngs.of(1, 1, 16, 0).chunk("tRNS", bytes(10, 1));
    assertThat(gray(wide.rows(bytes(10, 1)))).containsExactly(10);
  }

  @Test
  void palettesOfAllDepths() throws ImageException {
    for (int depth : new int[] {1, 2, 4, 8}) {
      byte second = (byte) (1 << (8 - depth));
      assertThat(
              rgb(Pngs.of(1, 1, depth, 3).chunk("PLTE", PALETTE_OF_TWO).rows(new byte[] {second})))
          .containsExactly(40, 50, 60);
    }
    Pngs clear = Pngs.of(2, 1, 8, 3).chunk("PLTE", PALETTE).chunk("tRNS", bytes(0, 128, 255));
    assertThat(rgb(clear.rows(bytes(0, 2)))).containsExactly(1, 2, 3, 255, 0, 128);
  }

  private static final byte[] PALETTE_OF_TWO = bytes(1, 2, 3, 40, 50, 60);

  private static int[] gray(Pngs png) throws ImageException {
    int[] rgb = rgb(png);
    int[] gray = new int[rgb.length / 3];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = rgb[3 * i];
      assertThat(new int[] {rgb[3 * i + 1], rgb[3 * i + 2]}).containsOnly(gray[i]);
    }
    return gray;
  }

  private static int[] rgb(Pngs png) throws ImageException {
    byte[] encoded = png.end();
    Pixels pixels = new Pixels();
    ImageHeader header = ImageHeader.read(encoded, new ImageLimits(1000, 1000));
    new PngDecoder().decode(encoded, header, pixels);
    byte[] bytes = Pictures.of(pixels).rgb();
    int[] rgb = new int[bytes.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = bytes[i] & 0xff;
    }
    return rgb;
  }
}
