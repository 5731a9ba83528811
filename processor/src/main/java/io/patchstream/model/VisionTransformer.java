package io.patchstream.model;

import java.util.List;
import java.util.Objects;

/**
 * What a checkpoint is: a Vision Transformer in the terms of Dosovitskiy et al., "An Image is Worth
 * 16x16 Words" (arXiv:2010.11929), whatever framework published it. Here stands what its weights
 * alone do not say; what is there or not (biases, layer scale, norms, registers) {@link Checkpoint}
 * shows by the weights that it has.
 *
 * @param name the model's name, as its folder is called
 * @param layout how the checkpoint was published, as {@code huggingface/vit}
 * @param input what an image is cut into
 * @param tokens what stands before the patches, and where positions come from
 * @param encoder the transformer blocks
 * @param output what is made of the last block's tokens
 */
public record VisionTransformer(
    String name, String layout, Input input, Tokens tokens, Encoder encoder, Output output)
    implements ModelDescription {

  /** Channels of an image: red, green, blue. */
  public static final int CHANNELS = 3;

  /** The non-linearity of an MLP. */
  public enum Activation {
    /** x Φ(x), by the error function. */
    GELU,
    /** The approximation of GELU by tanh. */
    GELU_TANH,
    /** x σ(1.702 x), as CLIP approximates GELU. */
    QUICK_GELU,
    /** max(x, 0). */
    RELU,
    /**
     * silu(a) · b, where the hidden layer gives a and then b: Shazeer, "GLU Variants Improve
     * Transformer" (arXiv:2002.05202).
     */
    SWIGLU
  }

  /** What the head reads. */
  public enum Pooling {
    /** The class token. */
    CLASS_TOKEN,
    /**
     * The class token by the head and the distillation token by one of its own; the mean of both
     * logits: Touvron et al. (arXiv:2012.12877).
     */
    CLASS_AND_DISTILLATION_TOKEN,
    /** The mean of the patch tokens. */
    PATCH_MEAN,
    /** The mean of all tokens. */
    TOKEN_MEAN,
    /** The class token and the mean of the patch tokens, one after the other, 2·D values. */
    CLASS_TOKEN_AND_PATCH_MEAN,
    /**
     * What a learned query attends to among the patch tokens: Zhai et al. (arXiv:2106.04560),
     * appendix.
     */
    ATTENTION
  }

  /** What makes scores of logits. */
  public enum OutputActivation {
    /** One class an image: scores add up to 1. */
    SOFTMAX,
    /** Any number of classes an image: each score stands alone. */
    SIGMOID
  }

  /**
   * What an image is cut into.
   *
   * @param height in pixels that the position embeddings were trained at
   * @param width in pixels that the position embeddings were trained at
   * @param patchSize side of a patch in pixels
   */
  public record Input(int height, int width, int patchSize) {

    /**
     * A square image, of which only the number of patches is known.
     *
     * @throws IllegalArgumentException if that is no square number
     */
    public static Input square(int patches, int patchSize) {
      int side = (int) Math.sqrt(patches);
      if (side * side != patches) {
        throw new IllegalArgumentException(
            "the positions of %d patches are those of no square image".formatted(patches));
      }
      return new Input(side * patchSize, side * patchSize, patchSize);
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if the patch is below 1 or the image is smaller than it
     */
    public Input {
      if (patchSize < 1) {
        throw new IllegalArgumentException("a patch has a side of at least 1, not " + patchSize);
      }
      if (height < patchSize || width < patchSize) {
        throw new IllegalArgumentException(
            "an image of %dx%d has no whole patch of %d".formatted(height, width, patchSize));
      }
    }
  }

  /**
   * The tokens beside those of the patches.
   *
   * @param prefix tokens before the patches: class token, distillation token, registers
   * @param positioned how many of them, from the first on, have a position embedding
   * @param interpolation how positions are brought to another grid
   */
  public record Tokens(int prefix, int positioned, PositionInterpolation interpolation) {

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if {@code positioned} is not within 0 and {@code prefix}
     */
    public Tokens {
      Objects.requireNonNull(interpolation);
      if (positioned < 0 || positioned > prefix) {
        throw new IllegalArgumentException(
            "of %d prefix tokens %d cannot have a position".formatted(prefix, positioned));
      }
    }
  }

  /**
   * The transformer blocks.
   *
   * @param hiddenSize length D of a token
   * @param layers how many blocks
   * @param heads attention heads, a divisor of D
   * @param mlpSize length of the hidden layer of an MLP, after its activation
   * @param layerNormEpsilon added to the variance in every LayerNorm
   * @param activation between the two layers of an MLP
   */
  public record Encoder(
      int hiddenSize,
      int layers,
      int heads,
      int mlpSize,
      float layerNormEpsilon,
      Activation activation) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is below 1, or the heads do not divide {@code
     *     hiddenSize}
     */
    public Encoder {
      Objects.requireNonNull(activation);
      if (hiddenSize < 1 || layers < 1 || heads < 1 || mlpSize < 1) {
        throw new IllegalArgumentException("D, layers, heads and MLP size are at least 1");
      }
      if (hiddenSize % heads != 0) {
        throw new IllegalArgumentException(
            "%d heads do not divide a token of %d".formatted(heads, hiddenSize));
      }
    }
  }

  /**
   * What comes out.
   *
   * @param pooling what the head reads
   * @param projected whether the embedding is a projection of that
   * @param embeddingSize length of the embedding: D, or that of the projection
   * @param activation what makes scores of logits
   * @param labels a name a class, in the order of the logits; empty for a model without a head
   */
  public record Output(
      Pooling pooling,
      boolean projected,
      int embeddingSize,
      OutputActivation activation,
      List<String> labels) {

    /** Keeps its own copy of the labels. */
    public Output {
      Objects.requireNonNull(pooling);
      Objects.requireNonNull(activation);
      labels = List.copyOf(labels);
    }

    /** An embedding that is not projected. */
    public Output(
        Pooling pooling, int embeddingSize, OutputActivation activation, List<String> labels) {
      this(pooling, false, embeddingSize, activation, labels);
    }
  }

  /** Nothing is left out. */
  public VisionTransformer {
    Objects.requireNonNull(input);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(encoder);
    Objects.requireNonNull(output);
  }

  /** Patches from top to bottom that the position embeddings were trained at. */
  public int gridRows() {
    return input.height() / input.patchSize();
  }

  /** Patches from left to right that the position embeddings were trained at. */
  public int gridColumns() {
    return input.width() / input.patchSize();
  }

  /** Side of a patch in pixels. */
  public int patchSize() {
    return input.patchSize();
  }

  /** Length of a flattened patch, 3·P·P. */
  public int patchLength() {
    return CHANNELS * input.patchSize() * input.patchSize();
  }

  /** Length D of a token. */
  public int hiddenSize() {
    return encoder.hiddenSize();
  }

  @Override
  public int patchSize(int height, int width) {
    return patchSize();
  }

  @Override
  public boolean takesAnyGrid() {
    return true;
  }

  @Override
  public int prefixTokens() {
    return tokens.prefix();
  }

  @Override
  public EmbeddingKind embeddingKind() {
    if (output.projected()) {
      return EmbeddingKind.PROJECTION;
    }
    return switch (output.pooling()) {
      case CLASS_TOKEN, CLASS_AND_DISTILLATION_TOKEN, CLASS_TOKEN_AND_PATCH_MEAN ->
          EmbeddingKind.CLASS_TOKEN;
      case PATCH_MEAN, TOKEN_MEAN -> EmbeddingKind.MEAN;
      case ATTENTION -> EmbeddingKind.POOLED;
    };
  }

  @Override
  public int embeddingSize() {
    return output.embeddingSize();
  }

  @Override
  public OutputActivation activation() {
    return output.activation();
  }

  @Override
  public List<String> labels() {
    return output.labels();
  }
}
