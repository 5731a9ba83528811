package io.patchstream.model.huggingface;

import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.Encoder;
import io.patchstream.model.WeightMapping;

/** The blocks of DINOv2, with registers or not: layer scale, and an MLP or SwiGLU. */
final class Dinov2Blocks {

  private Dinov2Blocks() {}

  static Encoder encoder(HuggingFaceConfig config) throws ModelException {
    int wide = (int) (config.hiddenSize() * config.vision().positiveNumber("mlp_ratio", 4));
    return config.vision().flag("use_swiglu_ffn", false)
        ? config.encoder(swigluSize(wide), Activation.SWIGLU)
        : config.encoder(wide, config.activation());
  }

  /** Two thirds, so that its three matrices are as large as the two of an MLP; a multiple of 8. */
  private static int swigluSize(int wide) {
    return ((int) (wide * 2L / 3) + 7) / 8 * 8;
  }

  static void map(VitTensors tensors) {
    for (int i = 0; i < tensors.model().encoder().layers(); i++) {
      mapBlock(tensors, i);
    }
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
