package io.patchstream.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.fixtures.GoldenCopy;
import io.patchstream.model.EmbeddingKind;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a family's files must hold, and what tells that they hold something else. */
class HuggingFaceLayoutsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hf_vit_model         | huggingface/vit     | CLASS_TOKEN                  | 0  | 24 | CLASS_TOKEN",
        "hf_vit_old_config    | huggingface/vit     | CLASS_TOKEN                  | 5  | 24 | CLASS_TOKEN",
        "hf_deit              | huggingface/deit    | CLASS_TOKEN                  | 5  | 24 | CLASS_TOKEN",
        "hf_deit_distilled    | huggingface/deit    | CLASS_AND_DISTILLATION_TOKEN | 10 | 48 | CLASS_TOKEN",
        "hf_vit_mae           | huggingface/vit_mae | CLASS_TOKEN                  | 0  | 24 | CLASS_TOKEN",
        "hf_dinov2            | huggingface/dinov2  | CLASS_TOKEN_AND_PATCH_MEAN   | 10 | 48 | CLASS_TOKEN",
        "hf_dinov2_swiglu     | huggingface/dinov2  | CLASS_TOKEN                  | 0  | 24 | CLASS_TOKEN",
        "hf_dinov2_registers  | huggingface/dinov2_with_registers | CLASS_TOKEN_AND_PATCH_MEAN | 5 | 24 | CLASS_TOKEN",
        "hf_clip              | huggingface/clip    | CLASS_TOKEN                  | 10 | 32 | PROJECTION",
        "hf_clip_vision       | huggingface/clip    | CLASS_TOKEN                  | 0  | 24 | CLASS_TOKEN",
        "hf_clip_classifier   | huggingface/clip    | PATCH_MEAN                   | 5  | 24 | MEAN",
        "hf_siglip            | huggingface/siglip  | ATTENTION                    | 10 | 48 | POOLED",
        "hf_siglip_classifier | huggingface/siglip  | PATCH_MEAN                   | 5  | 24 | MEAN",
      })
  void isRecognisedByItsFiles(
      String golden,
      String layout,
      Pooling pooling,
      int classes,
      int embeddingSize,
      EmbeddingKind embedding)
      throws ModelException {
    VisionTransformer model = describe(GoldenCopy.GOLDEN.resolve(golden));
    assertThat(model.layout()).isEqualTo(layout);
    assertThat(model.output().pooling()).isEqualTo(pooling);
    assertThat(model.classes()).isEqualTo(classes);
    assertThat(model.embeddingSize()).isEqualTo(embeddingSize);
    assertThat(model.embeddingKind()).isEqualTo(embedding);
  }

  /** The tensors that no result hangs on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hf_vit_model         | embeddings.mask_token pooler.dense.weight pooler.dense.bias",
        "hf_vit_old_config    | vit.pooler.dense.weight vit.pooler.dense.bias",
        "hf_deit              | ''",
        "hf_vit_mae           | decoder.mask_token decoder.decoder_pos_embed"
            + " decoder.decoder_embed.weight decoder.decoder_embed.bias"
            + " decoder.decoder_norm.weight decoder.decoder_norm.bias"
            + " decoder.decoder_pred.weight decoder.decoder_pred.bias",
        "hf_dinov2_swiglu     | embeddings.mask_token",
        "hf_dinov2_registers  | dinov2_with_registers.embeddings.mask_token",
        "hf_clip_vision       | vision_model.embeddings.position_ids",
        "hf_clip_classifier   | vision_model.post_layernorm.weight vision_model.post_layernorm.bias",
        "hf_siglip_classifier | vision_model.head.probe vision_model.head.attention.in_proj_weight"
            + " vision_model.head.attention.in_proj_bias vision_model.head.attention.out_proj.weight"
            + " vision_model.head.attention.out_proj.bias vision_model.head.layernorm.weight"
            + " vision_model.head.layernorm.bias vision_model.head.mlp.fc1.weight"
            + " vision_model.head.mlp.fc1.bias vision_model.head.mlp.fc2.weight"
            + " vision_model.head.mlp.fc2.bias",
      })
  void everyOtherTensorIsNeeded(String golden, String ignored) throws IOException {
    GoldenCopy copy = GoldenCopy.of(golden, folder);
    List<String> notNeeded = new ArrayList<>();
    for (String tensor : copy.tensors("model.safetensors")) {
      copy.rewrite("model.safetensors", name -> !name.equals(tensor));
      try {
        describe(folder);
        notNeeded.add(tensor);
      } catch (ModelException e) {
        assertThat(e.getMessage()).contains(tensor);
      }
    }
    assertThat(notNeeded)
        .containsExactlyInAnyOrder(ignored.isEmpty() ? new String[0] : ignored.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hf_vit_model", "hf_deit", "hf_vit_mae", "hf_dinov2", "hf_clip", "hf_siglip"})
  void aTensorThatMayChangeTheResultIsRefused(String golden) throws IOException {
    GoldenCopy.of(golden, folder).add("model.safetensors", "surprise", new float[1], 1);
    refused("tensors are unknown, and they may change the result: surprise");
  }

  @Test
  void theTextTowerIsLeftAside() throws IOException, ModelException {
    GoldenCopy.of("hf_clip", folder)
        .add("model.safetensors", "text_model.final_layer_norm.weight", new float[8], 8)
        .add("model.safetensors", "text_projection.weight", new float[8], 1, 8);
    assertThat(describe(folder).classes()).isEqualTo(10);
  }

  @Test
  void theOlderSectionOfTheVisionTowerWins() throws IOException, ModelException {
    GoldenCopy.of("hf_clip", folder);
    ObjectNode config = config();
    ObjectNode older = config.putObject("vision_config_dict");
    older.setAll((ObjectNode) config.get("vision_config"));
    older.put("num_attention_heads", 2);
    write(config);
    assertThat(describe(folder).encoder().heads()).isEqualTo(2);

    write(config.putNull("vision_config_dict"));
    assertThat(describe(folder).encoder().heads()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "\"wide\""})
  void refusesARatioThatIsNone(String ratio) throws IOException {
    GoldenCopy.of("hf_dinov2_swiglu", folder);
    ObjectNode config = config();
    config.set("mlp_ratio", new JsonMapper().readTree(ratio));
    write(config);
    refused("mlp_ratio: " + ratio + " is not a number above 0");
  }

  @Test
  void aHeadThatTheArchitectureNamesMustBeThere() throws IOException {
    GoldenCopy.of("hf_deit_distilled", folder)
        .rewrite("model.safetensors", name -> !name.contains("classifier"));
    refused("tensors are missing: classifier.weight, classifier.bias");
  }

  private ObjectNode config() throws IOException {
    return (ObjectNode) new JsonMapper().readTree(folder.resolve("config.json").toFile());
  }

  private void write(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  private void refused(String complaint) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> describe(folder))
        .withMessageContaining(complaint);
  }

  private static VisionTransformer describe(Path folder) throws ModelException {
    try (Model model = Model.open(folder)) {
      return (VisionTransformer) model.description();
    }
  }
}
