package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.patchstream.image.ImageException.Reason;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are, patches or an {@link ImageException} come out, and nothing else. */
class MutatedImagesTest {

  private static final int MUTANTS = 400;

  /** At most 1000 x 1000 pixels, so that no mutant is slow. */
  private final ImageToPatches images =
      new ImageToPatches(
          new ImageOptions(
              new Preprocessing(
                  new Resize.Exact(16, 16),
                  Filter.BILINEAR,
                  new Crop(16, 16),
                  new Normalisation(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0))),
              16,
              new Resolution(Resolution.Mode.FIXED, 1),
              new ImageLimits(1 << 20, 1_000_000),
              true));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gray.jpg",
        "q90_444.jpg",
        "exif_rotate90.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "tiny_9x7.png",
        "gray.png",
        "palette.png",
        "alpha.png",
        "rgb_97x211.png",
        "webp.webp",
        "gif.gif",
        "bmp.bmp",
        "tiff.tiff"
      })
  void onlyImageExceptionsComeOut(String name) throws DataFormatException {
    byte[] whole = Golden.image(name);
    Random random = new Random(name.hashCode());
    int decoded = 0;
    Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(whole, random);
      try {
        images.prepare(mutant, null);
        decoded++;
      } catch (ImageException e) {
        refused.merge(e.reason(), 1, Integer::sum);
      } catch (Throwable e) {
        fail("mutant %d of %s: %s".formatted(i, name, e), e);
      }
    }
    // Mutants that no decoder has seen prove little.
    assertThat(decoded).as("decoded; refused were %s", refused).isGreaterThan(MUTANTS / 10);
  }

  private static byte[] mutate(byte[] whole, Random random) throws DataFormatException {
    boolean png = PngChunks.begin(whole);
    if (png && random.nextBoolean()) {
      // Most that is done to packed data is found while unpacking: rows are reached from inside.
      return Pngs.withRows(whole, rows -> damage(rows, rows.length, random));
    }
    byte[] mutant = whole.clone();
    // Half of the mutants are damaged in the first bytes, where the headers are.
    damage(mutant, random.nextBoolean() ? Math.min(700, mutant.length) : mutant.length, random);
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(mutant, random.nextInt(mutant.length));
    }
    return png && random.nextInt(10) > 0 ? Pngs.repaired(mutant) : mutant;
  }

  private static void damage(byte[] bytes, int span, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(span);
      bytes[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) 0xff;
            default -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
          };
    }
  }
}
