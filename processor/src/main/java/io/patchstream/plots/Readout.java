package io.patchstream.plots;

import io.patchstream.inference.Attention;
import io.patchstream.model.VisionTransformer.Pooling;
import java.util.Arrays;

/** What a model reads of its last block's tokens, where a rollout begins. */
enum Readout {
  CLASS_TOKEN("the class token"),
  CLASS_AND_DISTILLATION_TOKEN("the class token and the distillation token, half each"),
  PATCH_MEAN("the mean of the patch tokens, which the model pools"),
  TOKEN_MEAN("the mean of all tokens, which the model pools"),
  ATTENTION("the patch tokens, as the model's attention pooling weighs them (mean of its heads)");

  private final String words;

  Readout(String words) {
    this.words = words;
  }

  /** What the head reads; where it reads two things, the embedding. */
  static Readout of(Pooling pooling) {
    return switch (pooling) {
      case CLASS_TOKEN, CLASS_TOKEN_AND_PATCH_MEAN -> CLASS_TOKEN;
      case CLASS_AND_DISTILLATION_TOKEN -> CLASS_AND_DISTILLATION_TOKEN;
      case PATCH_MEAN -> PATCH_MEAN;
      case TOKEN_MEAN -> TOKEN_MEAN;
      case ATTENTION -> ATTENTION;
    };
  }

  /** The share of each token, [tokens], adding up to 1. */
  double[] shares(Attention attention) {
    double[] shares = new double[attention.tokens()];
    int patches = attention.prefixTokens();
    switch (this) {
      case CLASS_TOKEN -> shares[0] = 1;
      case CLASS_AND_DISTILLATION_TOKEN -> Arrays.fill(shares, 0, 2, 0.5);
      case PATCH_MEAN ->
          Arrays.fill(shares, patches, shares.length, 1.0 / (shares.length - patches));
      case TOKEN_MEAN -> Arrays.fill(shares, 1.0 / shares.length);
      case ATTENTION -> {
        float[] pooling = attention.pooling().orElseThrow();
        for (int i = 0; i < pooling.length; i++) {
          shares[patches + i] = pooling[i];
        }
      }
    }
    return shares;
  }

  /** In words, to follow a preposition. */
  @Override
  public String toString() {
    return words;
  }
}
