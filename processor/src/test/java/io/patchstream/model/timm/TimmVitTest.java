package io.patchstream.model.timm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.fixtures.RandomVit;
import io.patchstream.model.GraphSession;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimmVitTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/timm_vit");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  /**
   * ViT-Ti/16 as timm pushes it, without {@code model_args}, and the same weights as Hugging Face
   * publishes them: one model, under two sets of names.
   */
  @Test
  void aPublishedFolderIsTheModelOfItsName() throws IOException, ModelException, OrtException {
    Path huggingFace = RandomVit.TINY_16.writeTo(folder.resolve("hf"), 3);
    ObjectNode config = (ObjectNode) JSON.readTree(huggingFace.resolve("config.json").toFile());
    JSON.writeValue(
        huggingFace.resolve("config.json").toFile(), config.put("layer_norm_eps", 1e-6));
    Path timm = Files.createDirectory(folder.resolve("timm"));
    Files.writeString(
        timm.resolve("config.json"),
        """
        {"architecture": "vit_tiny_patch16_224", "num_classes": 1000, "num_features": 192,
         "pretrained_cfg": {"input_size": [3, 224, 224], "num_classes": 1000}}""");
    rename(huggingFace.resolve("model.safetensors"), timm.resolve("model.safetensors"));

    VisionTransformer model;
    try (Model opened = Model.open(timm)) {
      model = (VisionTransformer) opened.description();
    }
    assertThat(model.layout()).isEqualTo("timm/vit");
    assertThat(model.encoder().heads()).isEqualTo(3);
    assertThat(model.encoder().layerNormEpsilon()).isEqualTo(1e-6f);
    assertThat(model.gridRows()).isEqualTo(14);
    assertThat(model.labels()).hasSize(1000).startsWith("LABEL_0", "LABEL_1");

    float[] pixels = new float[3 * 224 * 224];
    Random random = new Random(5);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 2 - 1;
    }
    try (GraphSession expected = new GraphSession(Model.open(huggingFace));
        GraphSession here = new GraphSession(Model.open(timm))) {
      assertThat(here.run(pixels, 1, 224, 224).logits()[0])
          .containsExactly(expected.run(pixels, 1, 224, 224).logits()[0], within(1e-5f));
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    SafetensorsWriter renamed = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(from)) {
      for (TensorInfo tensor : file.tensors().values()) {
        String name = tensor.name();
        if (name.contains(".attention.query.")) {
          String qkv = name.replace(".attention.attention.query.", ".attn.qkv.");
          renamed.add(timm(qkv), tensor.type(), stacked(file, name), stackedShape(tensor));
        } else if (!name.contains(".attention.attention.")) {
          long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
          renamed.add(timm(name), tensor.type(), file.map(tensor), shape);
        }
      }
    }
    renamed.write(to);
  }

  private static ByteBuffer stacked(SafetensorsFile file, String query) throws IOException {
    ByteBuffer all =
        ByteBuffer.allocate(3 * (int) file.tensor(query).bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (String part : new String[] {"query", "key", "value"}) {
      all.put(file.map(file.tensor(query.replace(".query.", "." + part + "."))));
    }
    return all.flip();
  }

  private static long[] stackedShape(TensorInfo query) {
    long[] shape = query.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] *= 3;
    return shape;
  }

  private static String timm(String name) {
    return name.replace("vit.embeddings.cls_token", "cls_token")
        .replace("vit.embeddings.position_embeddings", "pos_embed")
        .replace("vit.embeddings.patch_embeddings.projection", "patch_embed.proj")
        .replace("vit.encoder.layer.", "blocks.")
        .replace("layernorm_before", "norm1")
        .replace("layernorm_after", "norm2")
        .replace("attention.output.dense", "attn.proj")
        .replace("intermediate.dense", "mlp.fc1")
        .replace("output.dense", "mlp.fc2")
        .replace("vit.layernorm", "norm")
        .replace("classifier", "head");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/architecture               | null                       | it is missing, and the number of heads",
        "/architecture               | \"vit_base_patch16_rope_224\" | is not run: its positions are rotary",
        "/architecture               | \"resnet50\"               | is not run: it is not among the plain",
        "/architecture               | \"vit_medium_patch16_reg4_gap_256\" | reg_tokens: 4, but reg_token has 0",
        "/model_args/num_heads       | 5                          | 5 heads do not divide a token of 48",
        "/model_args/num_heads       | null                       | tokens of 192, while those of this model have 48",
        "/model_args/img_size        | 64                         | has 64 patches, but pos_embed has 37 rows",
        "/model_args/global_pool     | \"map\"                    | map is not run on tensors with a class token",
        "/model_args/global_pool     | \"avgmax\"                 | avgmax is not run",
        "/model_args/act_layer       | \"mish\"                   | mish is not one of",
        "/model_args/block_fn        | \"ResPostBlock\"           | model_args.block_fn: what it does",
        "/num_classes                | 7                          | 7, but head.weight has 10 rows",
        "/label_names                | [\"one\"]                  | it names 1 classes, but the model's head has 10",
      })
  void refuses(String key, String value, String complaint) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(GOLDEN.resolve("config.json").toFile());
    int slash = key.lastIndexOf('/');
    ((ObjectNode) config.at(key.substring(0, slash)))
        .set(key.substring(slash + 1), JSON.readTree(value));
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    Files.copy(GOLDEN.resolve("model.safetensors"), folder.resolve("model.safetensors"));

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining(complaint);
  }

  @Test
  void namesTheKeyToAddWhereThereIsNoConfig() throws IOException {
    Files.copy(GOLDEN.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining("config.json: architecture: it is missing");
  }

  @Test
  void labelsMayBeLines() throws IOException, ModelException {
    ObjectNode config = (ObjectNode) JSON.readTree(GOLDEN.resolve("config.json").toFile());
    config.remove("label_names");
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    Files.copy(GOLDEN.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nlast\n");
    try (Model model = Model.open(folder)) {
      assertThat(model.description().labels()).hasSize(10).startsWith("a").endsWith("last");
    }
    Files.writeString(folder.resolve("labels.txt"), "a\nb\n");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .withMessageContaining("labels.txt: it names 2 classes, but the model's head has 10");
  }
}
