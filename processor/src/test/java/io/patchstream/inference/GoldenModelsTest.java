package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Crop;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.Verification.Comparison;
import io.patchstream.inference.Verification.Report;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden checkpoint, at every size and from every file that its framework was asked for. */
class GoldenModelsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final float POSITION_TOLERANCE = 1e-5f;
  private static final float TOLERANCE = 1e-4f;

  static List<String> folders() throws IOException {
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("cases.safetensors")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void givesWhatItsFrameworkGives(String folder) throws Exception {
    Path path = GOLDEN.resolve(folder);
    try (Model model = Model.open(path)) {
      Report report =
          Verification.run(
              model,
              images(path, model.description()),
              EngineOptions.defaults(2),
              path.resolve("cases.safetensors"),
              GOLDEN.resolve("preprocess/images"));

      assertThat(report.notCompared()).isEmpty();
      assertThat(report.comparisons()).isNotEmpty();
      for (Comparison row : report.comparisons()) {
        boolean positions = row.what().equals(OnnxGraph.POSITION_EMBEDDINGS);
        assertThat(row.difference())
            .as(row.toString())
            .isLessThanOrEqualTo(positions ? POSITION_TOLERANCE : TOLERANCE);
      }
    }
  }

  static ImageOptions images(Path folder, ModelDescription model) throws Exception {
    Preprocessing preprocessing = Preprocessing.read(folder);
    Crop own = preprocessing.crop();
    return new ImageOptions(
        preprocessing,
        model.patchSize(own.height(), own.width()),
        new Resolution(Resolution.Mode.FIXED, 1),
        new ImageLimits(Integer.MAX_VALUE, Integer.MAX_VALUE),
        true);
  }
}
