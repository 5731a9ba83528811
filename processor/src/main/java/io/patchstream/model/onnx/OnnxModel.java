package io.patchstream.model.onnx;

import io.patchstream.model.EmbeddingKind;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.List;
import java.util.Objects;

/**
 * What an ONNX file is, as far as it shows.
 *
 * @param name as its folder is called
 * @param image what it takes
 * @param patches how it cuts images up, where its positions could be made an input; otherwise null
 * @param asItIs why they could not be, where {@code patches} is null
 * @param embedding the value in the file that the embedding is
 * @param embeddingSize E
 * @param precision what it computes in: fp32, fp16, bf16 or int8
 * @param activation what makes scores of logits
 * @param labels a name a class
 */
public record OnnxModel(
    String name,
    Image image,
    Patches patches,
    String asItIs,
    String embedding,
    int embeddingSize,
    String precision,
    OutputActivation activation,
    List<String> labels)
    implements ModelDescription {

  /** The layout of a Vision Transformer whose positions were made an input. */
  public static final String VIT = "onnx/vit";

  /** The layout of a classifier that is run as it is. */
  public static final String CLASSIFIER = "onnx/classifier";

  /**
   * The image that a file takes.
   *
   * @param height in pixels, 0 for any
   * @param width in pixels, 0 for any
   * @param oneARun whether images must not, or cannot, go through it together
   */
  public record Image(int height, int width, boolean oneARun) {}

  /**
   * How images are cut up.
   *
   * @param side of a patch in pixels
   * @param prefix tokens before those of the patches
   * @param rows patches from top to bottom that the positions were trained at
   * @param columns patches from left to right that the positions were trained at
   */
  public record Patches(int side, int prefix, int rows, int columns) {}

  /** Keeps its own copy of the labels. */
  public OnnxModel {
    Objects.requireNonNull(image);
    Objects.requireNonNull(activation);
    labels = List.copyOf(labels);
  }

  @Override
  public String layout() {
    return patches == null ? CLASSIFIER : VIT;
  }

  @Override
  public int patchSize(int height, int width) {
    if (patches != null) {
      return patches.side();
    }
    if (differs(image.height(), height) || differs(image.width(), width)) {
      throw new IllegalArgumentException(
          ("%s takes images of %s (height by width), but its preprocessing makes them %dx%d: correct"
                  + " the size in its preprocessor_config.json.")
              .formatted(name, size(), height, width));
    }
    return greatestCommonDivisor(height, width);
  }

  /** As {@code 224x224}, height first; a side that may be any is a question mark. */
  public String size() {
    return side(image.height()) + "x" + side(image.width());
  }

  @Override
  public EmbeddingKind embeddingKind() {
    return EmbeddingKind.POOLED;
  }

  @Override
  public boolean takesAnyGrid() {
    return patches != null;
  }

  @Override
  public int prefixTokens() {
    return patches == null ? 0 : patches.prefix();
  }

  private static boolean differs(int taken, int given) {
    return taken != 0 && taken != given;
  }

  private static String side(int pixels) {
    return pixels == 0 ? "?" : Integer.toString(pixels);
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
