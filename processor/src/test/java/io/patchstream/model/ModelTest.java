package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.huggingface.ToyVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ToyVit.SMALL.write(folder);
  }

  @Test
  void describesTheCheckpoint() throws ModelException {
    try (Model model = Model.open(folder)) {
      VisionTransformer description = (VisionTransformer) model.description();
      assertThat(description.name()).isEqualTo(folder.getFileName().toString());
      assertThat(description.layout()).isEqualTo("huggingface/vit");
      assertThat(description.gridRows()).isEqualTo(3);
      assertThat(description.gridColumns()).isEqualTo(3);
      assertThat(description.patchLength()).isEqualTo(48);
      assertThat(description.encoder().layerNormEpsilon()).isEqualTo(1e-12f);
      assertThat(description.labels())
          .containsExactly("label_0", "label_1", "label_2", "label_3", "label_4");
    }
  }

  @Test
  void theProtobufHoldsNodesAndNoWeights() throws ModelException {
    try (Model model = Model.open(folder)) {
      OnnxGraph graph = model.graph();
      assertThat(graph.protobuf().length).isLessThan(64 << 10);
      assertThat(graph.weights())
          .extracting(Weight::name)
          .doesNotHaveDuplicates()
          .contains("class_token", "blocks.1.mlp_output.bias", "head.weight");
      assertThat(graph.weights()).allMatch(weight -> weight.data().isDirect());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CPU, FP32 INT8 INT8_NARROW, FP32",
    "CUDA, FP32 FP16 BF16, FP32",
    "CUDA_PACKED, FP32 FP16 BF16, ''",
  })
  void hasAGraphInThePrecisionsOfTheTarget(Target target, String checkpoint, String onnxFile)
      throws ModelException {
    assertThat(precisions(folder, target)).isEqualTo(checkpoint);
    assertThat(precisions(Path.of("src/test/resources/golden/onnx_vit"), target))
        .isEqualTo(onnxFile);
  }

  private static String precisions(Path folder, Target target) throws ModelException {
    try (Model model = Model.open(folder)) {
      return Stream.of(Precision.values())
          .filter(precision -> model.graph(precision, target).isPresent())
          .map(Precision::name)
          .collect(Collectors.joining(" "));
    }
  }

  @Test
  void theRevisionIsTheHashOfTheWeights()
      throws ModelException, IOException, GeneralSecurityException {
    byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    try (Model model = Model.open(folder)) {
      assertThat(model.revision()).isEqualTo(sha256.substring(0, 16));
    }
  }

  @Test
  void aClosedModelGivesNoGraphButTheRest() throws ModelException {
    Model model = Model.open(folder);
    model.close();

    assertThatIllegalStateException().isThrownBy(model::graph);
    assertThat(model.revision()).hasSize(16);
    assertThat(model.positionTables(1 << 20).at(2, 5).remaining()).isEqualTo(11 * 16);
  }
}
