package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.patchstream.image.ImageException.Reason;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the bytes are, patches or an {@link ImageException} come out, and nothing else. {@link
 * MutatedImages} does the same for longer.
 */
class MutatedImagesTest {

  private static final int MUTANTS = 1_000;
  private static final long SEED = 1;

  private static List<WholePicture> pictures;

  private final ImageToPatches images = new ImageToPatches(MutatedImages.options(false));
  private final FloatBuffer patches = FloatBuffer.allocate(MutatedImages.PATCH_FLOATS);

  @BeforeAll
  static void readPictures() {
    pictures = WholePicture.all();
  }

  @Test
  void theyAreMadeOfPicturesThatCanBeDecoded() throws ImageException {
    for (WholePicture picture : pictures) {
      images.prepare(picture.bytes(), null);
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyImageExceptionsComeOut(ImageFormat format) {
    List<WholePicture> ofFormat =
        pictures.stream().filter(picture -> picture.format() == format).toList();
    assumeFalse(ofFormat.isEmpty(), "no natives for this platform");
    Mutants mutants = new Mutants(ofFormat, SEED);
    int decoded = 0;
    Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    for (int number = 0; number < MUTANTS; number++) {
      try {
        images.prepare(mutants.mutant(number), null);
        images.writePatches(patches.clear());
        decoded++;
      } catch (ImageException e) {
        refused.merge(e.reason(), 1, Integer::sum);
      } catch (Throwable e) {
        fail("mutant %d, of %s: %s".formatted(number, mutants.origin(number).name(), e), e);
      }
    }
    // Mutants that no decoder has seen prove little, and so do those that no decoder minds.
    assertThat(decoded)
        .as("decoded of %d; refused were %s", MUTANTS, refused)
        .isBetween(30 * MUTANTS / 100, 97 * MUTANTS / 100);
  }
}
