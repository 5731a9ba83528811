package io.patchstream.model.vitpytorch;

import io.patchstream.model.ClassLabels;
import io.patchstream.model.ConfigFile;
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

/**
 * What vit-pytorch's {@code ViT} and {@code SimpleViT} have in common, over its versions: until 1.0
 * patches had no norms and a block's were outside of it ({@code fn}), and the last norm was part of
 * the head.
 *
 * @param file the tensors
 * @param projection the linear layer of patches
 * @param inner {@code fn.} where the norms are outside
 * @param width length D of a token
 * @param head the last linear layer
 * @param headNorm the LayerNorm before it, where there is one
 */
record VitPytorchTensors(
    TensorFile file, String projection, String inner, int width, String head, String headNorm) {

  private static final String PATCHES = "to_patch_embedding.";
  private static final String LAYER = "transformer.layers.";

  /** PyTorch's default. */
  private static final float EPSILON = 1e-5f;

  static boolean in(TensorFile file) {
    return has(file, PATCHES + "1.weight") && has(file, LAYER + "0.0.norm.weight");
  }

  static VitPytorchTensors of(TensorFile file, String head) throws TensorException {
    String projection = PATCHES + (has(file, PATCHES + "2.weight") ? "2" : "1");
    boolean sequence = has(file, head + ".1.weight");
    return new VitPytorchTensors(
        file,
        projection,
        has(file, LAYER + "0.0.fn.to_qkv.weight") ? "fn." : "",
        file.shape(projection + ".weight", 2)[0],
        sequence ? head + ".1" : head,
        head + ".0");
  }

  /**
   * Side of a patch, which is a square unless the tensors show otherwise.
   *
   * @throws ModelException if a patch is no square, or not of the size that is said
   */
  int patchSize(ConfigFile config) throws ModelException, TensorException {
    int length = file.shape(projection + ".weight", 2)[1];
    int side = (int) Math.sqrt(length / (double) VisionTransformer.CHANNELS);
    if (VisionTransformer.CHANNELS * side * side != length
        || config.size("patch_size", side) != side) {
      throw config.invalid(
          "patch_size",
          "%s.weight takes %d values, which are no square patch of %d pixels a side"
              .formatted(projection, length, config.size("patch_size", side)));
    }
    return side;
  }

  VisionTransformer describe(
      ModelFolder folder, String layout, Input input, int prefix, Pooling pooling)
      throws ModelException, IOException {
    ConfigFile config = folder.ownConfig();
    if (!config.has("num_heads")) {
      throw config.invalid(
          "num_heads",
          "it is missing, and no tensor tells how many heads the model has. Make the file and say"
              + " so, as {\"num_heads\": 16}");
    }
    int classes = has(file, head + ".weight") ? file.shape(head + ".weight", 2)[0] : 0;
    Encoder encoder =
        new Encoder(
            width,
            file.count(LAYER, ".0.norm.weight"),
            config.size("num_heads", 1),
            file.shape(hidden(0) + ".weight", 2)[0],
            EPSILON,
            Activation.GELU);
    return new VisionTransformer(
        folder.name(),
        layout,
        input,
        new Tokens(prefix, prefix, PositionInterpolation.BICUBIC),
        encoder,
        new Output(pooling, width, OutputActivation.SOFTMAX, ClassLabels.of(folder, classes)));
  }

  /** All but class token and positions. */
  WeightMapping mapping(VisionTransformer model) throws TensorException {
    WeightMapping weights = new WeightMapping(file);
    int pixels = model.patchSize() * model.patchSize();
    long length = model.patchLength();
    if (projection.endsWith("2")) {
      channelsFirst(weights, "patch_norm.weight", PATCHES + "1.weight", pixels, length);
      channelsFirst(weights, "patch_norm.bias", PATCHES + "1.bias", pixels, length);
      weights.norm("patch_embedding_norm", PATCHES + "3", width);
    }
    channelsFirst(weights, "patch_embedding.weight", projection + ".weight", pixels, width, length);
    weights.tensor("patch_embedding.bias", projection + ".bias", width);
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock(weights, i, model.encoder());
    }
    if (weights.has("transformer.norm.weight")) {
      weights.norm("norm", "transformer.norm", width);
    }
    if (weights.has(headNorm + ".weight")) {
      weights.norm("pooled_norm", headNorm, width);
    }
    if (model.classes() > 0) {
      weights.linear("head", head, model.classes(), width);
    }
    return weights;
  }

  private void mapBlock(WeightMapping weights, int index, Encoder encoder) throws TensorException {
    String block = "blocks." + index;
    String attention = LAYER + index + ".0.";
    String qkv = attention + inner + "to_qkv.weight";
    int rows = file.shape(qkv, 2)[0] / 3;
    if (rows % encoder.heads() != 0) {
      throw new IllegalArgumentException(
          "%d heads do not divide the %d rows of %s".formatted(encoder.heads(), rows, qkv));
    }
    weights.norm(block + ".attention_norm", attention + "norm", width);
    weights.stacked(
        List.of(block + ".query.weight", block + ".key.weight", block + ".value.weight"),
        qkv,
        rows,
        width);
    // With dropout behind it, and a bias, in ViT; alone in SimpleViT.
    boolean sequence = weights.has(LAYER + "0.0." + inner + "to_out.0.weight");
    String out = attention + inner + (sequence ? "to_out.0" : "to_out");
    weights.linear(block + ".attention_output", out, width, rows, sequence);
    String norm = inner.isEmpty() ? ".1.net.0" : ".1.norm";
    weights.norm(block + ".mlp_norm", LAYER + index + norm, width);
    weights.linear(block + ".mlp_hidden", hidden(index), encoder.mlpSize(), width);
    weights.linear(block + ".mlp_output", output(index), width, encoder.mlpSize());
  }

  private String hidden(int index) {
    return net(index) + (inner.isEmpty() ? 1 : 0);
  }

  /** Dropout, where there is one, has a number too. */
  private String output(int index) {
    int hidden = inner.isEmpty() ? 1 : 0;
    boolean dropout = has(file, net(0) + (hidden + 3) + ".weight");
    return net(index) + (hidden + (dropout ? 3 : 2));
  }

  private String net(int index) {
    return LAYER + index + ".1." + inner + "net.";
  }

  /**
   * Values by pixel and then channel, in the last dimension, become values by channel and pixel.
   */
  private static void channelsFirst(
      WeightMapping weights, String weight, String tensor, int pixels, long... shape) {
    int channels = VisionTransformer.CHANNELS;
    weights.reordered(
        weight,
        shape,
        tensor,
        shape,
        values -> {
          float[] ordered = new float[values.length];
          for (int i = 0; i < values.length; i++) {
            int patch = i / (channels * pixels) * channels * pixels;
            int pixel = i % (channels * pixels) / channels;
            ordered[patch + i % channels * pixels + pixel] = values[i];
          }
          return ordered;
        });
  }

  private static boolean has(TensorFile file, String tensor) {
    return file.tensors().containsKey(tensor);
  }
}
