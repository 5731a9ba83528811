package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.safetensors.SafetensorsFile;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens attend to, against PyTorch; and the answer beside it, against production's graph. */
class AttentionSessionTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int SIDE = 8;
  private static final int ALL_CLASSES = 10;

  @ParameterizedTest
  @CsvSource({"hf_vit, 24x56, 3, 7", "hf_siglip, 24x56, 3, 7", "timm_gap_qknorm, 24x40, 3, 5"})
  void probabilitiesAreThoseOfPyTorch(String name, String testCase, int rows, int columns)
      throws Exception {
    Path folder = GOLDEN.resolve(name);
    Grid grid = new Grid(rows, columns);
    try (SafetensorsFile golden = SafetensorsFile.open(folder.resolve("attention.safetensors"));
        SafetensorsFile cases = SafetensorsFile.open(folder.resolve("cases.safetensors"));
        Model model = Model.open(folder);
        AttentionSession session = open(model)) {
      FloatBuffer both = new ReferenceTensors(cases).patches(testCase, grid, SIDE);
      Attention attention = session.run(both.slice(0, both.remaining() / 2), grid);

      int tokens = attention.tokens();
      for (int block = 0; block < attention.blocks(); block++) {
        float[] expected = golden.floats(testCase + "/blocks." + block);
        for (int head = 0; head < attention.heads(); head++) {
          float[] here = attention.probabilities(block, head);
          for (int i = 0; i < here.length; i++) {
            assertThat(here[i]).isCloseTo(expected[head * tokens * tokens + i], within(1e-5f));
          }
        }
      }
      String pool = testCase + "/pool";
      assertThat(attention.pooling().isPresent()).isEqualTo(golden.tensors().containsKey(pool));
      if (attention.pooling().isPresent()) {
        float[] heads = golden.floats(pool);
        for (int patch = 0; patch < grid.patches(); patch++) {
          double mean = 0;
          for (int head = 0; head < attention.heads(); head++) {
            mean += heads[head * grid.patches() + patch] / attention.heads();
          }
          assertThat((double) attention.pooling().get()[patch]).isCloseTo(mean, within(1e-5));
        }
      }
    }
  }

  /** Of every way to pool, since that is where the two graphs part. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_vit",
        "timm_deit_distilled",
        "timm_gap_qknorm",
        "hf_dinov2",
        "timm_so150m_reg4_map",
        "vit_pytorch_mean",
      })
  void theAnswerIsThatOfProduction(String name) throws Exception {
    try (Model model = Model.open(GOLDEN.resolve(name));
        AttentionSession session = open(model);
        ModelSession production =
            new ModelSession(
                model.graph(), model.positionTables(1 << 20), 1, Device.CPU, Golden.onCpu(1))) {
      Grid grid = new Grid(model.positions().rows(), model.positions().columns());
      FloatBuffer patches = new GeneratedPicture(1).patches(grid, session.model().patchSize());
      Attention attention = session.run(patches, grid);
      production.run(patches, List.of(grid));

      float[] logits = production.logits(0);
      TopK topK = new TopK(ALL_CLASSES, session.model().activation(), session.model().labels());
      List<Inference.Prediction> expected = topK.of(logits);
      assertThat(attention.predictions()).hasSize(ALL_CLASSES);
      for (int i = 0; i < ALL_CLASSES; i++) {
        assertThat(attention.predictions().get(i).label()).isEqualTo(expected.get(i).label());
        assertThat(attention.predictions().get(i).score())
            .isCloseTo(expected.get(i).score(), within(1e-5f));
      }
      for (int block = 0; block < attention.blocks(); block++) {
        assertRowsAddUpTo1(attention.probabilities(block, 0), attention.tokens());
      }
    }
  }

  private static void assertRowsAddUpTo1(float[] probabilities, int tokens) {
    for (int row = 0; row < tokens; row++) {
      double sum = 0;
      for (int i = 0; i < tokens; i++) {
        sum += probabilities[row * tokens + i];
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void onlyTheGraphThatWasAskedForGivesItOut() throws Exception {
    try (Model model = Model.open(Golden.HF_VIT)) {
      assertThat(text(model.graph().protobuf())).doesNotContain(".queries").doesNotContain(".keys");
      assertThat(text(model.graphExposingAttention().orElseThrow().protobuf()))
          .contains("blocks.2.queries")
          .contains("blocks.2.keys");
    }
  }

  @Test
  void anOnnxFileGivesNone() throws Exception {
    try (Model model = Model.open(GOLDEN.resolve("onnx_vit"))) {
      assertThat(AttentionSession.open(model, 1, 1)).isEmpty();
    }
  }

  private static String text(byte[] protobuf) {
    return new String(protobuf, StandardCharsets.ISO_8859_1);
  }

  private static AttentionSession open(Model model) throws InferenceException {
    return AttentionSession.open(model, ALL_CLASSES, 1).orElseThrow();
  }
}
