package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The many forms of BMP, GIF and TIFF against Pillow, bit for bit. */
class GoldenFormatsTest {

  static List<String> pictures() {
    return Golden.formats();
  }

  @Test
  void theFolderHoldsWhatIsCounted() {
    assertThat(pictures()).hasSize(25);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void theBytesAreThoseOfPillow(String name) throws ImageException {
    byte[] encoded = Golden.format(name);
    Pixels pixels = new Pixels();
    ImageHeader header = ImageHeader.read(encoded, new ImageLimits(1 << 20, 1 << 20));

    new ImageDecoder().decode(encoded, header, pixels);

    assertThat(Pictures.of(pixels).rgb()).isEqualTo(Golden.format(name + ".rgb"));
  }
}
