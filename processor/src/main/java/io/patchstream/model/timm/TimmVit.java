package io.patchstream.model.timm;

import io.patchstream.model.Checkpoint;
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
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code VisionTransformer} and {@code VisionTransformerDistilled} of timm, as timm pushes them:
 * sizes and variants show by the tensors, the rest says the name of the architecture.
 *
 * @see <a href="https://github.com/huggingface/pytorch-image-models">timm</a>
 */
public final class TimmVit implements Layout {

  static final String PATCHES = "patch_embed.proj.weight";
  static final String POSITIONS = "pos_embed";
  static final String CLASS_TOKEN = "cls_token";
  static final String DISTILLATION_TOKEN = "dist_token";
  static final String REGISTERS = "reg_token";
  static final String POOL = "attn_pool";
  static final String FINAL_NORM = "fc_norm";
  static final String HEAD = "head";

  @Override
  public String name() {
    return "timm/vit";
  }

  /** By the key {@code architecture}, which is timm's alone, or by the tensors. */
  @Override
  public boolean recognises(ModelFolder folder) throws ModelException {
    return folder.config().has("architecture")
        || folder.weights().tensors().containsKey(PATCHES)
            && folder.weights().tensors().containsKey("blocks.0.norm1.weight");
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    TimmConfig config = TimmConfig.read(folder.config());
    TensorFile file = folder.weights();
    VisionTransformer model = describe(folder, config, file);
    TimmWeights weights = new TimmWeights(model, file);
    return new Checkpoint(model, weights.map(), file.floats(POSITIONS));
  }

  private VisionTransformer describe(ModelFolder folder, TimmConfig config, TensorFile file)
      throws ModelException, IOException {
    int width = file.shape(PATCHES, 4)[0];
    int classes = has(file, HEAD + ".weight") ? file.shape(HEAD + ".weight", 2)[0] : 0;
    config.requireClasses(classes);
    config.requireRegisters(registers(file));
    Input input = input(config, file);
    return new VisionTransformer(
        folder.name(),
        name(),
        input,
        tokens(config, file, input),
        encoder(config, file, width),
        new Output(
            pooling(config, file),
            width,
            OutputActivation.SOFTMAX,
            config.labels(classes, folder)));
  }

  private static Encoder encoder(TimmConfig config, TensorFile file, int width)
      throws ModelException, TensorException {
    int hidden = file.shape("blocks.0.mlp.fc1.weight", 2)[0];
    int mlp = file.shape("blocks.0.mlp.fc2.weight", 2)[1];
    // Of timm's MLPs only SwiGLUPacked has two halves in its first layer.
    Activation activation = hidden == 2L * mlp ? Activation.SWIGLU : config.activation();
    int layers = file.count("blocks.", ".norm1.weight");
    return new Encoder(width, layers, config.heads(width), mlp, config.epsilon(), activation);
  }

  /** The size that is said; else the square that the positions cover. */
  private static Input input(TimmConfig config, TensorFile file)
      throws ModelException, TensorException {
    int patch = file.shape(PATCHES, 4)[3];
    Optional<int[]> size = config.imageSize();
    if (size.isPresent()) {
      return new Input(size.get()[0], size.get()[1], patch);
    }
    int rows = file.shape(POSITIONS, 3)[1];
    int prefix = prefix(file);
    return Input.square(isSquare(rows - prefix) ? rows - prefix : rows, patch);
  }

  private static boolean isSquare(int number) {
    int root = (int) Math.sqrt(Math.max(0, number));
    return root > 0 && root * root == number;
  }

  /** Either all prefix tokens have a position or none has. */
  private static Tokens tokens(TimmConfig config, TensorFile file, Input input)
      throws ModelException, TensorException {
    int prefix = prefix(file);
    int rows = file.shape(POSITIONS, 3)[1];
    long patches =
        (long) (input.height() / input.patchSize()) * (input.width() / input.patchSize());
    if (rows != patches && rows != prefix + patches) {
      throw config.invalidSize(
          "an image of %dx%d has %d patches, but %s has %d rows: say at which size the model was"
                  .formatted(input.height(), input.width(), patches, POSITIONS, rows)
              + " trained");
    }
    int positioned = rows == patches ? 0 : prefix;
    return new Tokens(prefix, positioned, PositionInterpolation.BICUBIC_ANTIALIAS);
  }

  private static int prefix(TensorFile file) throws TensorException {
    return (has(file, CLASS_TOKEN) ? 1 : 0)
        + (has(file, DISTILLATION_TOKEN) ? 1 : 0)
        + registers(file);
  }

  private static int registers(TensorFile file) throws TensorException {
    return has(file, REGISTERS) ? file.shape(REGISTERS, 3)[1] : 0;
  }

  /** What is said and what the tensors show must agree. */
  private static Pooling pooling(TimmConfig config, TensorFile file) throws ModelException {
    boolean classToken = has(file, CLASS_TOKEN);
    String shown = classToken && !has(file, FINAL_NORM + ".weight") ? "token" : "avg";
    shown = has(file, POOL + ".latent") ? "map" : shown;
    String pool = config.globalPool().orElse(shown);
    boolean possible =
        switch (pool) {
          case "token" -> classToken;
          case "map" -> shown.equals("map") && !config.poolIncludesPrefix();
          case "avg" -> true;
          default -> false;
        };
    if (!possible || shown.equals("map") != pool.equals("map")) {
      throw config.invalidPool(
          "%s%s is not run on tensors %s a class token and %s attention pooling"
              .formatted(
                  pool,
                  config.poolIncludesPrefix() ? " with pool_include_prefix" : "",
                  classToken ? "with" : "without",
                  shown.equals("map") ? "with" : "without"));
    }
    return switch (pool) {
      case "map" -> Pooling.ATTENTION;
      case "avg" -> config.poolIncludesPrefix() ? Pooling.TOKEN_MEAN : Pooling.PATCH_MEAN;
      default ->
          has(file, DISTILLATION_TOKEN)
              ? Pooling.CLASS_AND_DISTILLATION_TOKEN
              : Pooling.CLASS_TOKEN;
    };
  }

  private static boolean has(TensorFile file, String tensor) {
    return file.tensors().containsKey(tensor);
  }
}
