package io.patchstream.model.torchvision;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ClassLabels;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.Layout;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.PositionInterpolation;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.VisionTransformer.Input;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.VisionTransformer.Tokens;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * {@code VisionTransformer} of torchvision, which publishes weights without any configuration: all
 * but the heads shows by the tensors, and these are known at the widths that it publishes.
 *
 * @see <a
 *     href="https://pytorch.org/vision/stable/models/vision_transformer.html">VisionTransformer</a>
 */
public final class TorchvisionVit implements Layout {

  private static final String PATCHES = "conv_proj.weight";
  private static final String CLASS_TOKEN = "class_token";
  private static final String POSITIONS = "encoder.pos_embedding";
  private static final String LAYER = "encoder.layers.encoder_layer_";
  private static final String HEAD = "heads.head";
  private static final String PRE_LOGITS = "heads.pre_logits";

  private static final float EPSILON = 1e-6f;

  /** ViT-B, ViT-L and ViT-H: heads by width. */
  private static final Map<Integer, Integer> HEADS = Map.of(768, 12, 1024, 16, 1280, 16);

  @Override
  public String name() {
    return "torchvision/vit";
  }

  @Override
  public boolean recognises(ModelFolder folder) {
    Map<String, ?> tensors = folder.weights().tensors();
    return tensors.containsKey(PATCHES) && tensors.containsKey(POSITIONS);
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    TensorFile file = folder.weights();
    VisionTransformer model = describe(folder, file);
    return new Checkpoint(model, mapping(model, file).map(), file.floats(POSITIONS));
  }

  private VisionTransformer describe(ModelFolder folder, TensorFile file)
      throws ModelException, IOException {
    int[] patches = file.shape(PATCHES, 4); // [D, 3, P, P]
    int width = patches[0];
    int classes =
        file.tensors().containsKey(HEAD + ".weight") ? file.shape(HEAD + ".weight", 2)[0] : 0;
    Encoder encoder =
        new Encoder(
            width,
            file.count(LAYER, ".ln_1.weight"),
            heads(folder.ownConfig(), width),
            file.shape(mlp(file, LAYER + 0, 0) + ".weight", 2)[0],
            EPSILON,
            Activation.GELU);
    return new VisionTransformer(
        folder.name(),
        name(),
        Input.square(file.shape(POSITIONS, 3)[1] - 1, patches[3]),
        new Tokens(1, 1, PositionInterpolation.BICUBIC_CORNERS),
        encoder,
        new Output(
            Pooling.CLASS_TOKEN, width, OutputActivation.SOFTMAX, ClassLabels.of(folder, classes)));
  }

  private static int heads(ConfigFile config, int width) throws ModelException {
    if (!config.has("num_heads") && !HEADS.containsKey(width)) {
      throw config.invalid(
          "num_heads",
          "it is missing: torchvision publishes no model with tokens of %d, and no tensor tells how"
                  .formatted(width)
              + " many heads it has. Make the file and say so, as {\"num_heads\": 12}");
    }
    return config.size("num_heads", HEADS.getOrDefault(width, 1));
  }

  /** The layers of an MLP had names before torchvision 0.14 and have numbers since. */
  private static String mlp(TensorFile file, String layer, int index) {
    boolean named = file.tensors().containsKey(LAYER + "0.mlp.linear_1.weight");
    return layer + ".mlp." + (named ? "linear_" + (index + 1) : 3 * index);
  }

  private static WeightMapping mapping(VisionTransformer model, TensorFile file)
      throws TensorException {
    WeightMapping weights = new WeightMapping(file);
    long d = model.hiddenSize();
    long p = model.patchSize();
    weights.claim(POSITIONS, 1, 1 + (long) model.gridRows() * model.gridColumns(), d);
    weights.tensor("class_token", CLASS_TOKEN, 1, 1, d);
    weights.reshaped(
        "patch_embedding.weight",
        new long[] {d, model.patchLength()},
        PATCHES,
        new long[] {d, VisionTransformer.CHANNELS, p, p});
    weights.tensor("patch_embedding.bias", "conv_proj.bias", d);
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock(weights, "blocks." + i, LAYER + i, model.encoder(), file);
    }
    weights.norm("norm", "encoder.ln", d);
    if (model.classes() > 0) {
      long features = d;
      if (weights.has(PRE_LOGITS + ".weight")) {
        features = file.shape(PRE_LOGITS + ".weight", 2)[0];
        weights.linear("pre_logits", PRE_LOGITS, features, d);
      }
      weights.linear("head", HEAD, model.classes(), features);
    }
    return weights;
  }

  private static void mapBlock(
      WeightMapping weights, String block, String layer, Encoder encoder, TensorFile file) {
    long d = encoder.hiddenSize();
    String attention = layer + ".self_attention";
    weights.norm(block + ".attention_norm", layer + ".ln_1", d);
    weights.stacked(projections(block, ".weight"), attention + ".in_proj_weight", d, d);
    weights.stacked(projections(block, ".bias"), attention + ".in_proj_bias", d);
    weights.linear(block + ".attention_output", attention + ".out_proj", d, d);
    weights.norm(block + ".mlp_norm", layer + ".ln_2", d);
    weights.linear(block + ".mlp_hidden", mlp(file, layer, 0), encoder.mlpSize(), d);
    weights.linear(block + ".mlp_output", mlp(file, layer, 1), d, encoder.mlpSize());
  }

  private static List<String> projections(String block, String what) {
    return List.of(block + ".query" + what, block + ".key" + what, block + ".value" + what);
  }
}
