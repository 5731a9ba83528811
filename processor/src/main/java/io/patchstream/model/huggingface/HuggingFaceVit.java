package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.PositionInterpolation;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.TensorInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * {@code ViTForImageClassification} of Hugging Face transformers: what its configuration says, and
 * under which names its tensors lie.
 */
final class HuggingFaceVit {

  static final String MODEL_TYPE = "vit";

  private static final String ARCHITECTURE = "ViTForImageClassification";
  private static final String CLASSIFIER = "classifier";
  private static final String POSITIONS = "vit.embeddings.position_embeddings";

  private final String name;
  private final HuggingFaceConfig config;
  private final SafetensorsFile file;

  HuggingFaceVit(String name, HuggingFaceConfig config, SafetensorsFile file) {
    this.name = name;
    this.config = config;
    this.file = file;
  }

  Checkpoint read() throws ModelException, IOException {
    VisionTransformer model = describe();
    compareWithFile(model);
    Map<String, Weight> weights = mapping(model, file).map();
    return new Checkpoint(model, weights, file.floats(POSITIONS));
  }

  /** The defaults are those of transformers' {@code ViTConfig}. */
  private VisionTransformer describe() throws ModelException {
    List<String> architectures = config.texts("architectures");
    if (!architectures.isEmpty() && !architectures.contains(ARCHITECTURE)) {
      throw config.invalid("architectures", architectures + " does not name " + ARCHITECTURE);
    }
    if (config.size("num_channels", VisionTransformer.CHANNELS) != VisionTransformer.CHANNELS) {
      throw config.invalid("num_channels", "only images of three channels are read");
    }
    int[] image = config.sides("image_size", 224);
    int[] patch = config.sides("patch_size", 16);
    if (patch[0] != patch[1]) {
      throw config.invalid("patch_size", "only square patches are read");
    }
    try {
      return new VisionTransformer(
          name,
          "huggingface/" + MODEL_TYPE,
          image[0],
          image[1],
          patch[0],
          config.size("hidden_size", 768),
          config.size("num_hidden_layers", 12),
          config.size("num_attention_heads", 12),
          config.size("intermediate_size", 3072),
          config.epsilon("layer_norm_eps", 1e-12),
          config.flag("qkv_bias", true),
          activation(),
          1,
          PositionInterpolation.BICUBIC,
          outputActivation(),
          config.labels());
    } catch (IllegalArgumentException e) {
      throw config.invalid("sizes", e.getMessage());
    }
  }

  /** What the list of misshapen tensors would say less clearly. */
  private void compareWithFile(VisionTransformer model) throws ModelException {
    if (model.layers() > file.tensors().size()) {
      throw config.invalid(
          "num_hidden_layers",
          "%d is more than %s has tensors".formatted(model.layers(), file.path()));
    }
    TensorInfo classifier = file.tensors().get(CLASSIFIER + ".weight");
    if (classifier != null
        && classifier.shape().size() == 2
        && classifier.shape().get(0) != model.classes()) {
      throw config.invalid(
          "id2label",
          "it names %d classes, but %s.weight in %s has %d rows"
              .formatted(model.classes(), CLASSIFIER, file.path(), classifier.shape().get(0)));
    }
  }

  private Activation activation() throws ModelException {
    String activation = config.text("hidden_act", "gelu");
    return switch (activation) {
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      default ->
          throw config.invalid(
              "hidden_act",
              activation + " is not one of gelu, gelu_new, gelu_pytorch_tanh and relu");
    };
  }

  private OutputActivation outputActivation() throws ModelException {
    String problem = config.text("problem_type", "single_label_classification");
    return switch (problem) {
      case "single_label_classification" -> OutputActivation.SOFTMAX;
      case "multi_label_classification" -> OutputActivation.SIGMOID;
      default -> throw config.invalid("problem_type", problem + " is not a classification");
    };
  }

  private static WeightMapping mapping(VisionTransformer model, SafetensorsFile file) {
    long d = model.hiddenSize();
    long p = model.patchSize();
    WeightMapping weights = new WeightMapping(file);
    weights.claim(
        POSITIONS, 1, model.prefixTokens() + (long) model.gridRows() * model.gridColumns(), d);
    weights.tensor("class_token", "vit.embeddings.cls_token", 1, 1, d);
    // A convolution whose stride is its size is a linear layer over flattened patches.
    String projection = "vit.embeddings.patch_embeddings.projection";
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        projection + ".weight",
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    weights.tensor("patch_embedding.bias", projection + ".bias", d);
    for (int i = 0; i < model.layers(); i++) {
      mapBlock(weights, "blocks." + i, "vit.encoder.layer." + i, model);
    }
    weights.norm("norm", "vit.layernorm", d);
    weights.linear("head", CLASSIFIER, model.classes(), d);
    // The classifier reads the class token, and neither of these.
    weights.ignore(
        tensor -> tensor.startsWith("vit.pooler.") || tensor.equals("vit.embeddings.mask_token"));
    return weights;
  }

  private static void mapBlock(
      WeightMapping weights, String block, String layer, VisionTransformer model) {
    long d = model.hiddenSize();
    weights.norm(block + ".attention_norm", layer + ".layernorm_before", d);
    for (String part : List.of("query", "key", "value")) {
      String tensor = layer + ".attention.attention." + part;
      weights.tensor(block + "." + part + ".weight", tensor + ".weight", d, d);
      if (model.qkvBias()) {
        weights.tensor(block + "." + part + ".bias", tensor + ".bias", d);
      }
    }
    weights.linear(block + ".attention_output", layer + ".attention.output.dense", d, d);
    weights.norm(block + ".mlp_norm", layer + ".layernorm_after", d);
    weights.linear(block + ".mlp_hidden", layer + ".intermediate.dense", model.mlpSize(), d);
    weights.linear(block + ".mlp_output", layer + ".output.dense", d, model.mlpSize());
  }
}
