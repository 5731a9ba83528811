package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "hf_vit, huggingface/vit",
    "timm_vit, timm/vit",
    "google_npz, google/vit",
    "torchvision_vit, torchvision/vit",
    "vit_pytorch, vit-pytorch/vit",
    "vit_pytorch_simple, vit-pytorch/simple-vit",
  })
  void recognisesByTheFilesAlone(String checkpoint, String layout) throws ModelException {
    try (Model recognised = Model.open(GOLDEN.resolve(checkpoint));
        Model named = Model.open(GOLDEN.resolve(checkpoint), layout)) {
      assertThat(recognised.description().layout()).isEqualTo(layout);
      assertThat(named.description()).isEqualTo(recognised.description());
    }
  }

  /** A layout that is forced on another one's tensors says which of its own it lacks. */
  @ParameterizedTest
  @CsvSource({
    "hf_vit, google/vit, embedding/kernel",
    "hf_vit, torchvision/vit, conv_proj.weight",
    "hf_vit, vit-pytorch/vit, to_patch_embedding.1.weight",
    "hf_vit, vit-pytorch/simple-vit, to_patch_embedding.1.weight",
    "vit_pytorch_simple, vit-pytorch/vit, pos_embedding",
    "google_npz, huggingface/vit, vit.embeddings.position_embeddings",
    "timm_vit, google/vit, embedding/kernel",
  })
  void refusesAnotherOnesTensors(String checkpoint, String layout, String tensor) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(GOLDEN.resolve(checkpoint), layout))
        .withMessageContaining(tensor);
  }

  @Test
  void listsTheLayoutsWhereANameIsNone() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(GOLDEN.resolve("hf_vit"), "keras"))
        .withMessageStartingWith("There is no layout keras; there are huggingface/vit, ")
        .withMessageContaining("timm/vit");
  }

  @ParameterizedTest
  @CsvSource({"torchvision_vit, num_heads", "vit_pytorch, num_heads"})
  void namesTheKeyToAdd(String checkpoint, String key) throws IOException {
    Files.copy(
        GOLDEN.resolve(checkpoint).resolve("model.safetensors"),
        folder.resolve("model.safetensors"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining("patchstream-model.json: " + key + ": it is missing");
  }

  @Test
  void labelsOfAModelWithoutAConfigMayStandInOurs() throws IOException, ModelException {
    Files.copy(GOLDEN.resolve("google_npz/model.npz"), folder.resolve("ViT-B_16.npz"));
    Path own = folder.resolve("patchstream-model.json");
    Files.writeString(
        own,
        "{\"id2label\": [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\"]}");
    try (Model model = Model.open(folder)) {
      assertThat(model.description().labels()).startsWith("a", "b").hasSize(10);
    }
    Files.writeString(own, "{\"id2label\": {\"0\": \"a\"}}");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining("id2label: it names 1 classes, but the model's head has 10");
  }

  @Test
  void refusesAKeyThatIsNone() throws IOException {
    Files.copy(GOLDEN.resolve("google_npz/model.npz"), folder.resolve("model.npz"));
    Files.writeString(folder.resolve("patchstream-model.json"), "{\"num_head\": 4}");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining("patchstream-model.json: num_head: there is no such key");
  }
}
