package io.patchstream.model.huggingface;

import io.patchstream.model.ClassLabels;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.VisionTransformer.Input;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.VisionTransformer.Tokens;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.util.List;

/**
 * The {@code config.json} of a vision model of transformers. That of a model with a text tower
 * besides has a section for the vision tower.
 */
final class HuggingFaceConfig {

  private static final String VISION = "vision_config";

  /** Older files have it besides; transformers takes it instead, its defaults included. */
  private static final String OLDER_VISION = "vision_config_dict";

  private final ModelFolder folder;
  private final ConfigFile root;
  private final ConfigFile vision;
  private final Family family;
  private final String layout;

  HuggingFaceConfig(ModelFolder folder, Family family, String layout) throws ModelException {
    this.folder = folder;
    this.root = folder.config();
    String section = root.has(OLDER_VISION) ? OLDER_VISION : VISION;
    this.vision = root.has(section) ? root.section(section) : root;
    this.family = family;
    this.layout = layout;
  }

  ModelFolder folder() {
    return folder;
  }

  ConfigFile root() {
    return root;
  }

  ConfigFile vision() {
    return vision;
  }

  /**
   * Refuses a model that was saved as something else.
   *
   * @throws ModelException if {@code architectures} is there and names none of these
   */
  void requireOneOf(List<String> architectures) throws ModelException {
    List<String> published = root.texts("architectures");
    if (!published.isEmpty() && published.stream().noneMatch(architectures::contains)) {
      throw root.invalid(
          "architectures",
          "%s is not read; of model_type %s these are: %s"
              .formatted(published, family.modelType(), String.join(", ", architectures)));
    }
  }

  /** The encoder of a family whose MLP is as wide as {@code intermediate_size} says. */
  Encoder encoder() throws ModelException {
    return encoder(vision.size("intermediate_size", 3072), activation());
  }

  Encoder encoder(int mlpSize, Activation activation) throws ModelException {
    int layers = vision.size("num_hidden_layers", 12);
    if (layers > folder.weights().tensors().size()) {
      throw vision.invalid(
          "num_hidden_layers",
          "%d is more than %s has tensors".formatted(layers, folder.weights().path()));
    }
    try {
      return new Encoder(
          hiddenSize(),
          layers,
          vision.size("num_attention_heads", 12),
          mlpSize,
          vision.epsilon("layer_norm_eps", family.layerNormEpsilon()),
          activation);
    } catch (IllegalArgumentException e) {
      throw vision.invalid("sizes", e.getMessage());
    }
  }

  int hiddenSize() throws ModelException {
    return vision.size("hidden_size", 768);
  }

  Activation activation() throws ModelException {
    String activation = vision.text("hidden_act", family.activation());
    return switch (activation) {
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu" -> Activation.RELU;
      default ->
          throw vision.invalid(
              "hidden_act",
              activation + " is not one of gelu, gelu_new, gelu_pytorch_tanh, quick_gelu and relu");
    };
  }

  /** Whether query, key and value have a bias. */
  boolean qkvBias() throws ModelException {
    return vision.flag("qkv_bias", true);
  }

  /**
   * The model, its prefix tokens counted.
   *
   * @param positioned how many of the prefix tokens have a position embedding
   */
  VisionTransformer model(int prefix, int positioned, Encoder encoder, Output output)
      throws ModelException {
    int[] image = vision.sides("image_size", 224);
    try {
      return new VisionTransformer(
          folder.name(),
          layout,
          new Input(image[0], image[1], patchSize()),
          new Tokens(prefix, positioned, family.interpolation()),
          encoder,
          output);
    } catch (IllegalArgumentException e) {
      throw vision.invalid("sizes", e.getMessage());
    }
  }

  /** What the family gives of a model with these labels; without a head where there are none. */
  Output output(List<String> labels) throws ModelException {
    return output(family.pooling(!labels.isEmpty()), labels);
  }

  Output output(Pooling pooling, List<String> labels) throws ModelException {
    return new Output(pooling, hiddenSize(), scores(OutputActivation.SOFTMAX), labels);
  }

  /** What makes scores of logits, where {@code problem_type} does not say it. */
  OutputActivation scores(OutputActivation byDefault) throws ModelException {
    String problem = root.text("problem_type", null);
    if (problem == null) {
      return byDefault;
    }
    return switch (problem) {
      case "single_label_classification" -> OutputActivation.SOFTMAX;
      case "multi_label_classification" -> OutputActivation.SIGMOID;
      default -> throw root.invalid("problem_type", problem + " is not a classification");
    };
  }

  /**
   * The labels of a head, one for each of its rows. There is a head where its tensor is, and where
   * the architecture is one for classification: without the tensor, mapping it tells so.
   *
   * @param head the name of the linear layer
   * @return empty for a model without a head
   */
  List<String> labels(String head) throws ModelException, IOException {
    List<String> configured = root.numbered("id2label");
    TensorInfo weight = folder.weights().tensors().get(head + ".weight");
    if (weight == null && !isClassifier()) {
      return List.of();
    }
    if (weight == null || weight.shape().size() != 2 || weight.elements() == 0) {
      // Without id2label, transformers means two classes.
      return configured.isEmpty() ? List.of("LABEL_0", "LABEL_1") : configured;
    }
    int classes = Math.toIntExact(weight.shape().get(0));
    return ClassLabels.of(folder, "id2label", configured, classes);
  }

  private boolean isClassifier() {
    return root.texts("architectures").stream()
        .anyMatch(name -> name.contains("ForImageClassification"));
  }

  private int patchSize() throws ModelException {
    if (vision.size("num_channels", VisionTransformer.CHANNELS) != VisionTransformer.CHANNELS) {
      throw vision.invalid("num_channels", "only images of three channels are read");
    }
    int[] patch = vision.sides("patch_size", family.patchSize());
    if (patch[0] != patch[1]) {
      throw vision.invalid("patch_size", "only square patches are read");
    }
    return patch[0];
  }
}
