package io.patchstream.model;

import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.List;

/** What a model is to those who do not look inside it, whatever its graph was made of. */
public interface ModelDescription {

  /** The model's name, as its folder is called. */
  String name();

  /** How it was published, as {@code huggingface/vit} or {@code onnx/classifier}. */
  String layout();

  /**
   * Side in pixels of the squares that images of a size are counted in: a patch of a Vision
   * Transformer; for a model that does not cut images into patches, the largest that tile them.
   *
   * @param height of the images in pixels
   * @param width of the images in pixels
   * @throws IllegalArgumentException if the model takes no images of that size
   */
  int patchSize(int height, int width);

  /** Whether images of any number of patches can be run; otherwise those of one size only. */
  boolean takesAnyGrid();

  /** Tokens of an image beside its patches. */
  int prefixTokens();

  /** What the embedding is. */
  EmbeddingKind embeddingKind();

  /** Length E of the embedding. */
  int embeddingSize();

  /**
   * What its graph computes in as it was published: fp32, but for an ONNX file of halves or of 8
   * bits, which says fp16, bf16 or int8.
   */
  default String precision() {
    return "fp32";
  }

  /** What makes scores of logits. */
  OutputActivation activation();

  /** A name a class, in the order of the logits; empty for a model without a head. */
  List<String> labels();

  /** The number of classes; 0 for a model without a head. */
  default int classes() {
    return labels().size();
  }
}
