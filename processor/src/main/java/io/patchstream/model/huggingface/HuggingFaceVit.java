package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.Layout;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.PositionInterpolation;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.VisionTransformer.Input;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.VisionTransformer.Tokens;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.tensors.TensorFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.util.List;

/**
 * {@code ViTForImageClassification} of Hugging Face transformers: what its configuration says, and
 * under which names its tensors lie.
 */
public final class HuggingFaceVit implements Layout {

  private static final String MODEL_TYPE = "vit";
  private static final String ARCHITECTURE = "ViTForImageClassification";
  private static final String CLASSIFIER = "classifier";
  private static final String POSITIONS = "vit.embeddings.position_embeddings";

  @Override
  public String name() {
    return "huggingface/" + MODEL_TYPE;
  }

  @Override
  public boolean recognises(ModelFolder folder) throws ModelException {
    return MODEL_TYPE.equals(folder.config().text("model_type", null));
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    ConfigFile config = folder.config();
    VisionTransformer model = describe(folder.name(), config);
    compareWithFile(model, config, folder.weights());
    WeightMapping weights = mapping(model, config.flag("qkv_bias", true), folder.weights());
    return new Checkpoint(model, weights.map(), folder.weights().floats(POSITIONS));
  }

  /** The defaults are those of transformers' {@code ViTConfig}. */
  private VisionTransformer describe(String name, ConfigFile config) throws ModelException {
    HuggingFaceConfig huggingFace = new HuggingFaceConfig(config);
    huggingFace.requireArchitecture(ARCHITECTURE);
    int[] image = config.sides("image_size", 224);
    try {
      Encoder encoder =
          new Encoder(
              config.size("hidden_size", 768),
              config.size("num_hidden_layers", 12),
              config.size("num_attention_heads", 12),
              config.size("intermediate_size", 3072),
              config.epsilon("layer_norm_eps", 1e-12),
              huggingFace.activation("gelu"));
      return new VisionTransformer(
          name,
          name(),
          new Input(image[0], image[1], huggingFace.patchSize(16)),
          new Tokens(1, 1, PositionInterpolation.BICUBIC),
          encoder,
          new Output(
              Pooling.CLASS_TOKEN,
              encoder.hiddenSize(),
              huggingFace.outputActivation(),
              huggingFace.labels()));
    } catch (IllegalArgumentException e) {
      throw config.invalid("sizes", e.getMessage());
    }
  }

  /** What the list of misshapen tensors would say less clearly. */
  private static void compareWithFile(VisionTransformer model, ConfigFile config, TensorFile file)
      throws ModelException {
    if (model.encoder().layers() > file.tensors().size()) {
      throw config.invalid(
          "num_hidden_layers",
          "%d is more than %s has tensors".formatted(model.encoder().layers(), file.path()));
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

  private static WeightMapping mapping(VisionTransformer model, boolean qkvBias, TensorFile file) {
    long d = model.hiddenSize();
    long p = model.patchSize();
    WeightMapping weights = new WeightMapping(file);
    weights.claim(POSITIONS, 1, 1 + (long) model.gridRows() * model.gridColumns(), d);
    weights.tensor("class_token", "vit.embeddings.cls_token", 1, 1, d);
    // A convolution whose stride is its size is a linear layer over flattened patches.
    String projection = "vit.embeddings.patch_embeddings.projection";
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        projection + ".weight",
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    weights.tensor("patch_embedding.bias", projection + ".bias", d);
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock(weights, "blocks." + i, "vit.encoder.layer." + i, model.encoder(), qkvBias);
    }
    weights.norm("norm", "vit.layernorm", d);
    weights.linear("head", CLASSIFIER, model.classes(), d);
    // The classifier reads the class token, and neither of these.
    weights.ignore(
        tensor -> tensor.startsWith("vit.pooler.") || tensor.equals("vit.embeddings.mask_token"));
    return weights;
  }

  private static void mapBlock(
      WeightMapping weights, String block, String layer, Encoder encoder, boolean qkvBias) {
    long d = encoder.hiddenSize();
    weights.norm(block + ".attention_norm", layer + ".layernorm_before", d);
    for (String part : List.of("query", "key", "value")) {
      String tensor = layer + ".attention.attention." + part;
      weights.tensor(block + "." + part + ".weight", tensor + ".weight", d, d);
      if (qkvBias) {
        weights.tensor(block + "." + part + ".bias", tensor + ".bias", d);
      }
    }
    weights.linear(block + ".attention_output", layer + ".attention.output.dense", d, d);
    weights.norm(block + ".mlp_norm", layer + ".layernorm_after", d);
    weights.linear(block + ".mlp_hidden", layer + ".intermediate.dense", encoder.mlpSize(), d);
    weights.linear(block + ".mlp_output", layer + ".output.dense", d, encoder.mlpSize());
  }
}
