package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Of an animation the first frame is read, where it lies on its canvas. */
class FirstFrameTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  private final Pixels pixels = new Pixels();

  @Test
  void ofAGif() throws ImageException {
    byte[] moved = Golden.image("gif.gif");
    // The screen is 100 x 80, and the frame lies at (6, 4) of it.
    int frame = 13 + 3 * 256;
    assertThat(moved[frame]).isEqualTo((byte) 0x2c);
    moved[6] = 100;
    moved[8] = 80;
    moved[frame + 1] = 6;
    moved[frame + 3] = 4;

    assertThat(decode(moved)).isEqualTo(new Frame(6, 4, 90, 70));

    assertFrameIsThatOf("gif.gif", new Frame(6, 4, 90, 70));
    // The first colour of the table shows where there is no frame.
    assertThat(Arrays.copyOf(Pictures.of(pixels).rgb(), 3))
        .containsExactly(moved[13], moved[14], moved[15]);
  }

  @Test
  void ofAWebp() throws ImageException {
    assumeTrue(LeptonicaDecoder.isAvailable(), "no natives for this platform");

    assertThat(decode(animated(200, 150))).isEqualTo(new Frame(6, 4, 180, 140));

    assertFrameIsThatOf("webp.webp", new Frame(6, 4, 180, 140));
    assertThat(Arrays.copyOf(Pictures.of(pixels).rgb(), 3)).containsOnly(0);
  }

  @Test
  void aFrameBeyondItsCanvasIsCorrupt() {
    assertThatThrownBy(() -> ImageHeader.read(animated(185, 150), LIMITS))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("beyond its canvas");
  }

  private Frame decode(byte[] encoded) throws ImageException {
    ImageHeader header = ImageHeader.read(encoded, LIMITS);
    new ImageDecoder().decode(encoded, header, pixels);
    return header.frame();
  }

  private void assertFrameIsThatOf(String name, Frame frame) throws ImageException {
    Pixels alone = new Pixels();
    byte[] encoded = Golden.image(name);
    new ImageDecoder().decode(encoded, ImageHeader.read(encoded, LIMITS), alone);
    int row = 3 * frame.width();
    byte[] whole = Pictures.of(pixels).rgb();
    byte[] part = Pictures.of(alone).rgb();
    for (int y = 0; y < frame.height(); y++) {
      int at = 3 * ((frame.top() + y) * pixels.width() + frame.left());
      assertThat(Arrays.copyOfRange(whole, at, at + row))
          .isEqualTo(Arrays.copyOfRange(part, y * row, (y + 1) * row));
    }
  }

  /** The still picture as the frame at (6, 4) of an animation that is written out by hand. */
  static byte[] animated(int width, int height) {
    byte[] still = Golden.image("webp.webp");
    int bitstream = still.length - 12;
    ByteBuffer file =
        ByteBuffer.allocate(12 + 18 + 14 + 24 + bitstream).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WEBP"));
    file.put(ascii("VP8X")).putInt(10).putInt(2);
    threeBytes(file, width - 1);
    threeBytes(file, height - 1);
    file.put(ascii("ANIM")).putInt(6).putInt(-1).putShort((short) 0);
    file.put(ascii("ANMF")).putInt(16 + bitstream);
    threeBytes(file, 3);
    threeBytes(file, 2);
    threeBytes(file, 179);
    threeBytes(file, 139);
    threeBytes(file, 100);
    file.put((byte) 0).put(still, 12, bitstream);
    return file.array();
  }

  private static void threeBytes(ByteBuffer file, int value) {
    file.putShort((short) value).put((byte) (value >> 16));
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
