package io.patchstream.model.timm;

import io.patchstream.model.VisionTransformer.Activation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of one of timm's plain Vision Transformers says and its tensors do not: the models
 * of {@code timm/models/vision_transformer.py} and {@code deit.py} (timm 1.0). All else (class
 * token, registers, layer scale, norms, SwiGLU, where positions are added) shows by the tensors.
 *
 * @param width length D of a token, to tell a model whose arguments are not those of its name
 * @param heads attention heads
 * @param registers register tokens
 * @param activation between the two layers of an MLP; SwiGLU shows by the tensors
 * @param epsilon of every LayerNorm
 */
record TimmArchitecture(int width, int heads, int registers, Activation activation, float epsilon) {

  private record Size(int width, int heads) {}

  /** By size, or by size and variant where a variant has other heads. */
  private static final Map<String, Size> SIZES =
      Map.ofEntries(
          Map.entry("tiny", new Size(192, 3)),
          Map.entry("xsmall", new Size(256, 4)),
          Map.entry("wee", new Size(256, 4)),
          Map.entry("little", new Size(320, 5)),
          Map.entry("small", new Size(384, 6)),
          Map.entry("medium", new Size(512, 8)),
          Map.entry("mediumd", new Size(512, 8)),
          Map.entry("betwixt", new Size(640, 10)),
          Map.entry("base", new Size(768, 12)),
          Map.entry("base_gap", new Size(768, 16)),
          Map.entry("base_plus", new Size(896, 14)),
          Map.entry("base_plus_clip", new Size(896, 14)),
          Map.entry("so150m2", new Size(832, 13)),
          Map.entry("so150m", new Size(896, 14)),
          Map.entry("large", new Size(1024, 16)),
          Map.entry("intern300m", new Size(1024, 16)),
          Map.entry("so400m", new Size(1152, 16)),
          Map.entry("huge", new Size(1280, 16)),
          Map.entry("giant", new Size(1408, 16)),
          Map.entry("giant_dinov2", new Size(1536, 24)),
          Map.entry("giant_reg4_dinov2", new Size(1536, 24)),
          Map.entry("giant_reg1_tipsv2", new Size(1536, 24)),
          Map.entry("giantopt", new Size(1536, 16)),
          Map.entry("gigantic", new Size(1664, 16)));

  private static final String TEST_MODEL = "test_vit";

  /** The last part stood in names before timm 0.8.17. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:vit|deit3?)_(?<size>[a-z0-9]+)(?:_distilled)?_patch\\d+"
              + "(?:_(?<variant>(?:clip|clip_quickgelu|siglip|siglip_gap|gap|plus|plus_clip"
              + "|reg\\d_gap|reg\\d_map|dinov2|reg\\d_dinov2|reg\\d_tipsv2|36x1)))?"
              + "(?:_\\d+)?(?<origin>_in21k|_sam|_dino|_miil|_miil_in21k|_clip_laion2b)?"
              + "|flexivit_(?<flexible>small|base|large)|eva_(?<eva>large)_patch14_\\d+");

  /** Trained with the approximation of GELU, and run with it: the later SigLIP models. */
  private static final Pattern TANH =
      Pattern.compile(
          "vit_(base_patch32|(so400m|giantopt)_patch16)_siglip(_gap)?_\\d+"
              + "|vit_large_patch16_siglip(_gap)?_512");

  private static final Pattern REGISTERS = Pattern.compile("_reg(\\d)_");

  /** Why a model of timm that is near to a plain one is none. */
  private static final Map<String, List<String>> REASONS =
      Map.of(
          "its blocks normalise after attention and MLP", List.of("_rpn_"),
          "its blocks run attention and MLP side by side",
              List.of("18x2", "_xp_", "_pwee_", "_dpwee_"),
          "its blocks have norms within attention and MLP", List.of("beit3"),
          "its attention is differential", List.of("_dwee_", "_dlittle_"),
          "its positions are rotary",
              List.of("_rope", "dinov3", "eva02", "vit_pe_", "naflex", "gemma"),
          "its positions are relative",
              List.of("relpos", "beit_", "beitv2_", "samvit", "eva_giant"),
          "its pooling attends to class token and registers too", List.of("test_vit3"),
          "it normalises by RMSNorm", List.of("aimv2", "test_vit4"),
          "it begins with a convolutional network",
              List.of("_r26_", "_r50_", "_r_s16", "_resnet", "_mci_"),
          "its attention is within windows", List.of("swin", "hiera", "maxvit", "nest_"));

  /** What a name says; empty for one that is no plain Vision Transformer of timm's. */
  static Optional<TimmArchitecture> named(String name) {
    Matcher parts = NAME.matcher(name);
    Size size = name.equals(TEST_MODEL) ? new Size(64, 2) : null;
    boolean clip = false;
    if (size == null && parts.matches()) {
      String variant = parts.group("variant");
      size = size(parts, variant);
      clip = contains(variant, "clip") || contains(parts.group("origin"), "clip");
    }
    if (size == null) {
      return Optional.empty();
    }
    return Optional.of(
        new TimmArchitecture(
            size.width(), size.heads(), registers(name), activation(name), clip ? 1e-5f : 1e-6f));
  }

  /** Why a name is not in the table, as far as that is known. */
  static String reason(String name) {
    return REASONS.entrySet().stream()
        .filter(reason -> reason.getValue().stream().anyMatch(name::contains))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("it is not among the plain Vision Transformers of timm 1.0");
  }

  private static Size size(Matcher parts, String variant) {
    for (String group : List.of("flexible", "eva")) {
      if (parts.group(group) != null) {
        return SIZES.get(parts.group(group));
      }
    }
    String size = parts.group("size");
    return SIZES.getOrDefault(size + "_" + variant, SIZES.get(size));
  }

  private static int registers(String name) {
    Matcher registers = REGISTERS.matcher(name);
    return registers.find() ? Integer.parseInt(registers.group(1)) : 0;
  }

  private static Activation activation(String name) {
    if (name.contains("quickgelu")) {
      return Activation.QUICK_GELU;
    }
    return TANH.matcher(name).matches() ? Activation.GELU_TANH : Activation.GELU;
  }

  private static boolean contains(String part, String what) {
    return part != null && part.contains(what);
  }
}
