package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The many forms of BMP, GIF and TIFF against Pillow, bit for bit. */
class GoldenFormatsTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden/formats");

  static List<String> pictures() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".rgb") && !name.endsWith(".md"))
          .toList();
    }
  }

  @Test
  void theFolderHoldsWhatIsCounted() throws IOException {
    assertThat(pictures()).hasSize(25);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void theBytesAreThoseOfPillow(String name) throws IOException, ImageException {
    byte[] encoded = Files.readAllBytes(FOLDER.resolve(name));
    Pixels pixels = new Pixels();
    ImageHeader header = ImageHeader.read(encoded, new ImageLimits(1 << 20, 1 << 20));

    new ImageDecoder().decode(encoded, header, pixels);

    assertThat(Pictures.of(pixels).rgb())
        .isEqualTo(Files.readAllBytes(FOLDER.resolve(name + ".rgb")));
  }
}
