package io.patchstream.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.Dtype;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceVitTest {

  private static final ToyVit SMALL = ToyVit.SMALL;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    SMALL.write(folder);
  }

  @Test
  void readsWhatWasPublished() throws ModelException {
    Model model = read();
    assertThat(model.description().layout()).isEqualTo("huggingface/vit");
    assertThat(model.description().activation()).isEqualTo(OutputActivation.SOFTMAX);
    assertThat(weights(model).get("patch_embedding.weight").shape()).containsExactly(16, 48);
    assertThat(model.positionTables(1 << 20).at(3, 3).remaining()).isEqualTo(10 * 16);
  }

  @Test
  void takesTheDefaultsOfTransformers() throws IOException, ModelException {
    ObjectNode config = SMALL.config();
    config.remove(Set.of("hidden_act", "layer_norm_eps", "qkv_bias", "num_channels"));
    config.remove("architectures");
    writeConfig(config);

    Model model = read();
    VisionTransformer description = (VisionTransformer) model.description();
    assertThat(description.encoder().activation()).isEqualTo(Activation.GELU);
    assertThat(description.encoder().layerNormEpsilon()).isEqualTo(1e-12f);
    assertThat(weights(model)).containsKey("blocks.0.query.bias");
  }

  @Test
  void takesTwoLabelsWhereNoneAreNamed() throws IOException, ModelException {
    ToyVit two = new ToyVit(12, 4, 16, 2, 2, 32, 2);
    two.write(folder);
    ObjectNode config = two.config();
    config.remove("id2label");
    writeConfig(config);

    assertThat(read().description().labels()).containsExactly("LABEL_0", "LABEL_1");
  }

  @ParameterizedTest
  @CsvSource({"gelu,GELU", "gelu_new,GELU_TANH", "gelu_pytorch_tanh,GELU_TANH", "relu,RELU"})
  void readsTheActivation(String name, Activation expected) throws IOException, ModelException {
    writeConfig(SMALL.config().put("hidden_act", name));
    VisionTransformer description = (VisionTransformer) read().description();
    assertThat(description.encoder().activation()).isEqualTo(expected);
  }

  @Test
  void severalLabelsAnImageMeanSigmoid() throws IOException, ModelException {
    writeConfig(SMALL.config().put("problem_type", "multi_label_classification"));
    assertThat(read().description().activation()).isEqualTo(OutputActivation.SIGMOID);
  }

  @Test
  void readsAnImageThatIsNotSquare() throws IOException, ModelException {
    ObjectNode config = SMALL.config();
    config.putArray("image_size").add(4).add(36);
    writeConfig(config);

    VisionTransformer description = (VisionTransformer) read().description();
    assertThat(description.gridRows()).isEqualTo(1);
    assertThat(description.gridColumns()).isEqualTo(9);
  }

  @Test
  void ignoresThePooler() throws IOException, ModelException {
    SMALL
        .weights()
        .add("vit.pooler.dense.weight", new float[256], 16, 16)
        .add("vit.pooler.dense.bias", new float[16], 16)
        .write(weights());
    assertThat(weights(read()).keySet()).noneMatch(name -> name.contains("pooler"));
  }

  @Test
  void refusesAFolderThatIsNone() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder.resolve("absent")))
        .withMessageStartingWith("There is no model folder ")
        .withMessageEndingWith("absent: correct the path.");
  }

  @Test
  void refusesAFolderWithoutConfig() throws IOException {
    Files.delete(folder.resolve("config.json"));
    refuses("config.json is missing, and tensors such as", "Copy the file from where");
  }

  @Test
  void refusesAFolderWithoutWeights() throws IOException {
    Files.delete(weights());
    refuses("model.safetensors is missing: copy the weights");

    Files.createFile(folder.resolve("pytorch_model.bin"));
    refuses("pytorch_model.bin is a pickle", "save_pretrained(folder, safe_serialization=True)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "7"})
  void refusesAConfigThatIsNoObject(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    refuses("config.json: not ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type          | \"bert\"        | model_type is \"bert\"",
        "architectures       | [\"ViTHead\"]   | of model_type vit these are: ViTForImage",
        "num_channels        | 1               | three channels",
        "hidden_act          | \"silu\"        | silu is not one of gelu",
        "hidden_act          | 3               | 3 is not a string",
        "problem_type        | \"regression\"  | regression is not a classification",
        "patch_size          | [4, 3]          | square patches",
        "patch_size          | 13              | no whole patch",
        "hidden_size         | 0               | 0 is not a whole number of at least 1",
        "hidden_size         | 1.5             | 1.5 is not a whole number",
        "hidden_size         | 32              | [16, 16] instead of [32, 32]",
        "num_attention_heads | 3               | 3 heads do not divide",
        "num_hidden_layers   | 2000000000      | more than",
        "num_hidden_layers   | 3               | vit.encoder.layer.2.layernorm_before.weight",
        "num_hidden_layers   | 1               | vit.encoder.layer.1",
        "layer_norm_eps      | -1              | layer_norm_eps: -1",
        "layer_norm_eps      | \"small\"       | layer_norm_eps",
        "qkv_bias            | \"yes\"         | is not true or false",
        "qkv_bias            | false           | attention.query.bias",
        "image_size          | 16              | [1, 10, 16] instead of [1, 17, 16]",
        "id2label            | {\"0\":\"a\",\"2\":\"b\"} | the one of class 1 is missing",
        "id2label            | {\"0\":\"a\",\"1\":\"b\"} | it names 2 classes, but the model's head has 5",
        "id2label            | {\"0\":7}       | the one of class 0 is missing",
      })
  void refusesAConfigThatDoesNotFit(String key, String value, String complaint) throws IOException {
    ObjectNode config = SMALL.config();
    config.set(key, new JsonMapper().readTree(value));
    writeConfig(config);
    refuses(folder.toString(), complaint);
  }

  @Test
  void namesAllMissingTensorsAtOnce() throws IOException {
    new SafetensorsWriter()
        .add("classifier.weight", new float[5 * 16], 5, 16)
        .add("vit.surprise", new float[1], 1)
        .write(weights());
    refuses(
        "model.safetensors: tensors are missing: vit.embeddings.position_embeddings,"
            + " vit.embeddings.cls_token,",
        "more; tensors are unknown, and they may change the result: vit.surprise");
  }

  @Test
  void refusesATensorThatWouldChangeTheResult() throws IOException {
    SMALL.weights().add("vit.encoder.layer.0.layer_scale", new float[16], 16).write(weights());
    refuses("they may change the result: vit.encoder.layer.0.layer_scale");
  }

  @Test
  void refusesWeightsOfAnotherType() throws IOException {
    SMALL
        .weights()
        .add("classifier.bias", Dtype.I32, ByteBuffer.allocate(5 * Integer.BYTES), 5)
        .write(weights());
    refuses("classifier.bias is I32");
  }

  @Test
  void refusesWeightsThatWereCutOff() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(weights().toFile(), "rw")) {
      file.setLength(file.length() - 100);
    }
    refuses("model.safetensors: tensor \"classifier", "truncated");
  }

  private Path weights() {
    return folder.resolve("model.safetensors");
  }

  private Model read() throws ModelException {
    return Model.open(folder);
  }

  private static Map<String, Weight> weights(Model model) {
    return model.graph().weights().stream()
        .collect(Collectors.toMap(Weight::name, Function.identity()));
  }

  private void writeConfig(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  private void refuses(String... complaints) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(this::read)
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }
}
