package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.model.Model;
import io.patchstream.quickstart.pictures.PictureGenerator;
import org.junit.jupiter.api.Test;

/** A small sample of what {@link AccuracyTable} measures. */
class DemoModelTest {

  private static final long SEED = 1_000;
  private static final int PICTURES = 200;

  @Test
  void itsClassesAreTheGenerators() throws Exception {
    try (Model model = Model.open(DemoModel.FOLDER)) {
      assertThat(model.description().labels()).isEqualTo(PictureGenerator.classes());
    }
  }

  @Test
  void itTellsPicturesOfItsOwnSizeApart() throws Exception {
    assertThat(Accuracy.of(DemoModel.FOLDER, SEED, PICTURES, square(DemoModel.SIDE)))
        .isGreaterThanOrEqualTo(0.93);
  }

  @Test
  void itTellsLargerPicturesApart() throws Exception {
    assertThat(Accuracy.of(DemoModel.FOLDER, SEED, PICTURES, square(DemoModel.SIDE * 3 / 2)))
        .isGreaterThanOrEqualTo(0.93);
  }

  private static PictureSize square(int side) {
    return new PictureSize("square", side, side);
  }
}
