package io.patchstream.model.google;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ClassLabels;
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

/**
 * The {@code .npz} of {@code google-research/vision_transformer}, which comes without any
 * configuration: its kernels say it all. They are [in, out], as JAX keeps them, and stay so.
 *
 * @see <a href="https://github.com/google-research/vision_transformer">Vision Transformer</a>
 */
public final class GoogleVit implements Layout {

  private static final String PATCHES = "embedding/kernel";
  private static final String CLASS_TOKEN = "cls";
  private static final String POSITIONS = "Transformer/posembed_input/pos_embedding";
  private static final String BLOCK = "Transformer/encoderblock_";
  private static final String QUERY = "/MultiHeadDotProductAttention_1/query/kernel";
  private static final String HIDDEN = "/MlpBlock_3/Dense_0/kernel";
  private static final String HEAD = "head/kernel";
  private static final String PRE_LOGITS = "pre_logits/kernel";

  /** flax's default. */
  private static final float EPSILON = 1e-6f;

  @Override
  public String name() {
    return "google/vit";
  }

  @Override
  public boolean recognises(ModelFolder folder) {
    return folder.weights().tensors().containsKey(BLOCK + 0 + QUERY);
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    TensorFile file = folder.weights();
    VisionTransformer model = describe(folder, file);
    return new Checkpoint(model, mapping(model, file).map(), file.floats(POSITIONS));
  }

  private VisionTransformer describe(ModelFolder folder, TensorFile file)
      throws ModelException, IOException {
    int[] patches = file.shape(PATCHES, 4); // [P, P, 3, D]
    int[] query = file.shape(BLOCK + 0 + QUERY, 3); // [D, heads, D / heads]
    int prefix = file.tensors().containsKey(CLASS_TOKEN) ? 1 : 0;
    int classes = file.tensors().containsKey(HEAD) ? file.shape(HEAD, 2)[1] : 0;
    Encoder encoder =
        new Encoder(
            patches[3],
            file.count(BLOCK, QUERY),
            query[1],
            file.shape(BLOCK + 0 + HIDDEN, 2)[1],
            EPSILON,
            Activation.GELU);
    return new VisionTransformer(
        folder.name(),
        name(),
        Input.square(file.shape(POSITIONS, 3)[1] - prefix, patches[0]),
        new Tokens(prefix, prefix, PositionInterpolation.BILINEAR_CORNERS),
        encoder,
        new Output(
            prefix == 1 ? Pooling.CLASS_TOKEN : Pooling.TOKEN_MEAN,
            encoder.hiddenSize(),
            OutputActivation.SOFTMAX,
            ClassLabels.of(folder, classes)));
  }

  private static WeightMapping mapping(VisionTransformer model, TensorFile file)
      throws TensorException {
    WeightMapping weights = new WeightMapping(file);
    long d = model.hiddenSize();
    int p = model.patchSize();
    int prefix = model.tokens().prefix();
    weights.claim(POSITIONS, 1, prefix + (long) model.gridRows() * model.gridColumns(), d);
    if (prefix == 1) {
      weights.tensor("class_token", CLASS_TOKEN, 1, 1, d);
    }
    weights.reordered(
        "patch_embedding.kernel",
        new long[] {model.patchLength(), d},
        PATCHES,
        new long[] {p, p, VisionTransformer.CHANNELS, d},
        kernel -> channelsFirst(kernel, p * p, (int) d));
    weights.tensor("patch_embedding.bias", "embedding/bias", d);
    for (int i = 0; i < model.encoder().layers(); i++) {
      mapBlock(weights, "blocks." + i, BLOCK + i, model.encoder());
    }
    norm(weights, "norm", "Transformer/encoder_norm", d);
    if (model.classes() > 0) {
      long features = d;
      if (weights.has(PRE_LOGITS)) {
        features = file.shape(PRE_LOGITS, 2)[1];
        dense(weights, "pre_logits", "pre_logits", d, features);
      }
      dense(weights, "head", "head", features, model.classes());
    }
    return weights;
  }

  private static void mapBlock(
      WeightMapping weights, String block, String tensors, Encoder encoder) {
    long d = encoder.hiddenSize();
    long heads = encoder.heads();
    String attention = tensors + "/MultiHeadDotProductAttention_1/";
    norm(weights, block + ".attention_norm", tensors + "/LayerNorm_0", d);
    for (String part : List.of("query", "key", "value")) {
      weights.reshaped(
          block + "." + part + ".kernel",
          new long[] {d, d},
          attention + part + "/kernel",
          new long[] {d, heads, d / heads});
      weights.reshaped(
          block + "." + part + ".bias",
          new long[] {d},
          attention + part + "/bias",
          new long[] {heads, d / heads});
    }
    weights.reshaped(
        block + ".attention_output.kernel",
        new long[] {d, d},
        attention + "out/kernel",
        new long[] {heads, d / heads, d});
    weights.tensor(block + ".attention_output.bias", attention + "out/bias", d);
    norm(weights, block + ".mlp_norm", tensors + "/LayerNorm_2", d);
    dense(weights, block + ".mlp_hidden", tensors + "/MlpBlock_3/Dense_0", d, encoder.mlpSize());
    dense(weights, block + ".mlp_output", tensors + "/MlpBlock_3/Dense_1", encoder.mlpSize(), d);
  }

  private static void dense(
      WeightMapping weights, String weight, String tensor, long in, long out) {
    weights.tensor(weight + ".kernel", tensor + "/kernel", in, out);
    weights.tensor(weight + ".bias", tensor + "/bias", out);
  }

  private static void norm(WeightMapping weights, String weight, String tensor, long length) {
    weights.tensor(weight + ".weight", tensor + "/scale", length);
    weights.tensor(weight + ".bias", tensor + "/bias", length);
  }

  /** Rows by pixel and then channel become rows by channel and then pixel. */
  private static float[] channelsFirst(float[] kernel, int pixels, int width) {
    float[] ordered = new float[kernel.length];
    int channels = VisionTransformer.CHANNELS;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        int from = (pixel * channels + channel) * width;
        System.arraycopy(kernel, from, ordered, (channel * pixels + pixel) * width, width);
      }
    }
    return ordered;
  }
}
