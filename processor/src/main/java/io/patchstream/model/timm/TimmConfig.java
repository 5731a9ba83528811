package io.patchstream.model.timm;

import io.patchstream.model.ClassLabels;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.VisionTransformer.Activation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * timm's {@code config.json}: {@code architecture}, and {@code model_args} where the model was not
 * built with those of its name.
 */
final class TimmConfig {

  /** What the tensors show as well, and show better. */
  private static final Set<String> SHOWN_BY_TENSORS =
      Set.of(
          "patch_size",
          "embed_dim",
          "depth",
          "num_classes",
          "in_chans",
          "mlp_ratio",
          "qkv_bias",
          "qk_norm",
          "proj_bias",
          "init_values",
          "class_token",
          "no_embed_class",
          "pre_norm",
          "final_norm",
          "fc_norm",
          "scale_attn_norm",
          "scale_mlp_norm");

  private static final Set<String> READ =
      Set.of(
          "img_size", "num_heads", "reg_tokens", "global_pool", "pool_include_prefix", "act_layer");

  /** Of training, or of how timm takes other sizes, which are taken here whatever it says. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "dynamic_img_size",
          "dynamic_img_pad",
          "drop_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate",
          "drop_path_rate",
          "weight_init",
          "fix_init");

  private final ConfigFile config;
  private final ConfigFile arguments;
  private final TimmArchitecture architecture;

  private TimmConfig(ConfigFile config, ConfigFile arguments, TimmArchitecture architecture) {
    this.config = config;
    this.arguments = arguments;
    this.architecture = architecture;
  }

  /**
   * Reads the file.
   *
   * @throws ModelException if it names no architecture, or one that is no plain Vision Transformer,
   *     or has an argument that would change the result
   */
  static TimmConfig read(ConfigFile config) throws ModelException {
    String name = config.text("architecture", null);
    if (name == null) {
      throw config.invalid(
          "architecture",
          "it is missing, and the number of heads with it: these are timm's tensors, so set it to"
              + " timm's name of the model, as \"vit_base_patch16_224\"");
    }
    Optional<TimmArchitecture> architecture = TimmArchitecture.named(name);
    if (architecture.isEmpty()) {
      throw config.invalid("architecture", name + " is not run: " + TimmArchitecture.reason(name));
    }
    ConfigFile arguments = config.section("model_args");
    for (String key : arguments.keys()) {
      boolean known =
          SHOWN_BY_TENSORS.contains(key) || READ.contains(key) || WITHOUT_EFFECT.contains(key);
      if (!known && arguments.has(key)) {
        throw arguments.invalid(key, "what it does to the model is not known here");
      }
    }
    return new TimmConfig(config, arguments, architecture.get());
  }

  /**
   * The number of heads.
   *
   * @param width length D of a token, as the tensors show it
   * @throws ModelException if it is not given and the model is not of the width of its name
   */
  int heads(int width) throws ModelException {
    if (!arguments.has("num_heads") && width != architecture.width()) {
      throw arguments.invalid(
          "num_heads",
          "it is missing, and %s has tokens of %d, while those of this model have %d: say how many"
                  .formatted(config.text("architecture", ""), architecture.width(), width)
              + " heads it has");
    }
    return arguments.size("num_heads", architecture.heads());
  }

  /**
   * Holds the number of register tokens, which no other tensor shows, against the tensors.
   *
   * @throws ModelException if they are not as many as the model is built with
   */
  void requireRegisters(int rows) throws ModelException {
    int said = arguments.count("reg_tokens", architecture.registers());
    if (said != rows) {
      throw arguments.invalid(
          "reg_tokens", "%d, but %s has %d".formatted(said, TimmVit.REGISTERS, rows));
    }
  }

  float epsilon() {
    return architecture.epsilon();
  }

  Activation activation() throws ModelException {
    String layer = arguments.text("act_layer", null);
    if (layer == null) {
      return architecture.activation();
    }
    return switch (layer) {
      case "gelu" -> Activation.GELU;
      case "gelu_tanh" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu" -> Activation.RELU;
      default ->
          throw arguments.invalid(
              "act_layer", layer + " is not one of gelu, gelu_tanh, quick_gelu and relu");
    };
  }

  /** {@code token}, {@code avg} and the like; empty where it is not said. */
  Optional<String> globalPool() throws ModelException {
    return Optional.ofNullable(arguments.text("global_pool", config.text("global_pool", null)));
  }

  boolean poolIncludesPrefix() throws ModelException {
    return arguments.flag("pool_include_prefix", false);
  }

  /** Height and width that the positions were trained at; empty where it is not said. */
  Optional<int[]> imageSize() throws ModelException {
    if (arguments.has("img_size")) {
      return Optional.of(arguments.sides("img_size", 0));
    }
    ConfigFile pretrained =
        config.has("pretrained_cfg") ? config.section("pretrained_cfg") : config;
    int[] size = pretrained.sizes("input_size");
    return size.length == 3 ? Optional.of(new int[] {size[1], size[2]}) : Optional.empty();
  }

  /**
   * A name a class.
   *
   * @param classes of the head
   * @throws ModelException if there are more or fewer names
   */
  List<String> labels(int classes, ModelFolder folder) throws ModelException, IOException {
    return ClassLabels.of(folder, "label_names", config.numbered("label_names"), classes);
  }

  /** An error about where the positions come from. */
  ModelException invalidSize(String what) {
    return arguments.invalid("img_size", what);
  }

  ModelException invalidPool(String what) {
    return arguments.invalid("global_pool", what);
  }

  /**
   * Holds the number of classes, where it is given, against the tensors.
   *
   * @param rows of the head's weight; 0 where there is none
   */
  void requireClasses(int rows) throws ModelException {
    int said = config.count("num_classes", rows);
    if (said != rows) {
      throw config.invalid("num_classes", "%d, but head.weight has %d rows".formatted(said, rows));
    }
  }
}
