package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * {@code Dinov2ForImageClassification}, whose head reads the class token and, after it, the mean of
 * the patches, and {@code Dinov2Model}; both with layer scale, and with an MLP or SwiGLU.
 *
 * @see <a href="https://arxiv.org/abs/2304.07193">Oquab et al., DINOv2: Learning Robust Visual
 *     Features without Supervision</a>
 */
public final class HuggingFaceDinov2 extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";

  /** The layout {@code huggingface/dinov2}. */
  public HuggingFaceDinov2() {
    super(Family.DINOV2, "Dinov2ForImageClassification", "Dinov2Model");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    VisionTransformer model = config.model(1, 1, encoder(config), config.output(labels));
    VitTensors tensors = VitTensors.of(weights, "dinov2.", model, config.qkvBias());
    tensors.mapAround();
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock(tensors, i);
    }
    if (!labels.isEmpty()) {
      weights.linear("head", CLASSIFIER, labels.size(), 2L * model.hiddenSize());
    }
    return checkpoint(config, model, weights, tensors.positions());
  }

  private static Encoder encoder(HuggingFaceConfig config) throws ModelException {
    int wide = (int) (config.hiddenSize() * config.vision().positiveNumber("mlp_ratio", 4));
    return config.vision().flag("use_swiglu_ffn", false)
        ? config.encoder(swigluSize(wide), Activation.SWIGLU)
        : config.encoder(wide, config.activation());
  }

  /** Two thirds, so that its three matrices are as large as the two of an MLP; a multiple of 8. */
  private static int swigluSize(int wide) {
    return ((int) (wide * 2L / 3) + 7) / 8 * 8;
  }

  private static void mapBlock(VitTensors tensors, int i) {
    WeightMapping weights = tensors.weights();
    Encoder encoder = tensors.model().encoder();
    boolean swiglu = encoder.activation() == Activation.SWIGLU;
    long d = encoder.hiddenSize();
    long hidden = swiglu ? 2L * encoder.mlpSize() : encoder.mlpSize();
    String block = "blocks." + i;
    String layer = tensors.layer(i);
    weights.norm(block + ".attention_norm", layer + ".norm1", d);
    tensors.mapAttention(i);
    weights.tensor(block + ".attention_scale", layer + ".layer_scale1.lambda1", d);
    weights.norm(block + ".mlp_norm", layer + ".norm2", d);
    weights.linear(
        block + ".mlp_hidden", layer + (swiglu ? ".mlp.weights_in" : ".mlp.fc1"), hidden, d);
    weights.linear(
        block + ".mlp_output",
        layer + (swiglu ? ".mlp.weights_out" : ".mlp.fc2"),
        d,
        encoder.mlpSize());
    weights.tensor(block + ".mlp_scale", layer + ".layer_scale2.lambda1", d);
  }
}
