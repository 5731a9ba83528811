package io.patchstream.model;

import java.util.List;
import java.util.Objects;

/**
 * What a checkpoint is: a Vision Transformer in the terms of Dosovitskiy et al., "An Image is Worth
 * 16x16 Words" (arXiv:2010.11929), whatever framework published it.
 *
 * @param name the model's name, as its folder is called
 * @param layout how the checkpoint was published, as {@code huggingface/vit}
 * @param imageHeight height in pixels that the position embeddings were trained at
 * @param imageWidth width in pixels that the position embeddings were trained at
 * @param patchSize side of a patch in pixels
 * @param hiddenSize length D of a token
 * @param layers transformer blocks
 * @param heads attention heads, a divisor of D
 * @param mlpSize length of the hidden layer of an MLP
 * @param layerNormEpsilon added to the variance in every LayerNorm
 * @param qkvBias whether query, key and value have a bias
 * @param activation between the two layers of an MLP
 * @param prefixTokens tokens before those of the patches (the class token), each with a position
 * @param positionInterpolation how positions are brought to another grid
 * @param outputActivation what makes scores of logits
 * @param labels a name a class, in the order of the logits
 */
public record VisionTransformer(
    String name,
    String layout,
    int imageHeight,
    int imageWidth,
    int patchSize,
    int hiddenSize,
    int layers,
    int heads,
    int mlpSize,
    float layerNormEpsilon,
    boolean qkvBias,
    Activation activation,
    int prefixTokens,
    PositionInterpolation positionInterpolation,
    OutputActivation outputActivation,
    List<String> labels) {

  /** Channels of an image: red, green, blue. */
  public static final int CHANNELS = 3;

  /** The non-linearity of an MLP. */
  public enum Activation {
    /** x Φ(x), by the error function. */
    GELU,
    /** The approximation of GELU by tanh. */
    GELU_TANH,
    /** max(x, 0). */
    RELU
  }

  /** What makes scores of logits. */
  public enum OutputActivation {
    /** One class an image: scores add up to 1. */
    SOFTMAX,
    /** Any number of classes an image: each score stands alone. */
    SIGMOID
  }

  /**
   * Checks the sizes and keeps its own copy of the labels.
   *
   * @throws IllegalArgumentException if a size is below 1, the image is smaller than a patch, or
   *     the heads do not divide {@code hiddenSize}
   */
  public VisionTransformer {
    Objects.requireNonNull(activation);
    Objects.requireNonNull(positionInterpolation);
    Objects.requireNonNull(outputActivation);
    labels = List.copyOf(labels);
    if (patchSize < 1 || hiddenSize < 1 || layers < 1 || heads < 1 || mlpSize < 1) {
      throw new IllegalArgumentException(
          "patch size, D, layers, heads and MLP size are at least 1");
    }
    if (imageHeight < patchSize || imageWidth < patchSize) {
      throw new IllegalArgumentException(
          "an image of %dx%d has no whole patch of %d"
              .formatted(imageHeight, imageWidth, patchSize));
    }
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "%d heads do not divide a token of %d".formatted(heads, hiddenSize));
    }
  }

  /** Patches from top to bottom that the position embeddings were trained at. */
  public int gridRows() {
    return imageHeight / patchSize;
  }

  /** Patches from left to right that the position embeddings were trained at. */
  public int gridColumns() {
    return imageWidth / patchSize;
  }

  /** Length of a flattened patch, 3·P·P. */
  public int patchLength() {
    return CHANNELS * patchSize * patchSize;
  }

  /** The number of classes. */
  public int classes() {
    return labels.size();
  }
}
