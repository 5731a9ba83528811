package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.model.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomModelTest {

  @TempDir Path folder;

  @Test
  void itHasTheParametersOfThePublishedModel() throws Exception {
    RandomModel.write(ModelShape.VIT_TI16, folder, 1);

    try (Model model = Model.open(folder)) {
      assertThat(model.parameters()).isEqualTo(5_717_416); // timm's vit_tiny_patch16_224
      assertThat(model.description().classes()).isEqualTo(1000);
      assertThat(model.description().takesAnyGrid()).isTrue();
    }
  }
}
