package io.patchstream.model;

/** What of a model its embedding is. */
public enum EmbeddingKind {
  /** The class token after the last LayerNorm. */
  CLASS_TOKEN,
  /** The mean of the patch tokens, or of all. */
  MEAN,
  /** The output of a projection into a space that the model shares with another, as CLIP. */
  PROJECTION,
  /** What is pooled in another way: by attention, or however an ONNX file does it. */
  POOLED
}
