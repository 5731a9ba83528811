package io.patchstream.model;

/**
 * Position embeddings as they were trained.
 *
 * @param table [1, prefix + rows · columns, D], not copied
 * @param rows patches from top to bottom
 * @param columns patches from left to right
 * @param prefix embeddings in front of those of the patches
 * @param length D
 * @param interpolation how they are brought to another grid
 */
public record Positions(
    float[] table,
    int rows,
    int columns,
    int prefix,
    int length,
    PositionInterpolation interpolation) {

  /** Those of a model that is fed none: it has its positions within, or does without. */
  public static final Positions NONE = new Positions(new float[0], 1, 1, 0, 0, null);

  /** Those of a Vision Transformer, as its checkpoint has them. */
  static Positions of(VisionTransformer model, float[] table) {
    return new Positions(
        table,
        model.gridRows(),
        model.gridColumns(),
        model.tokens().positioned(),
        model.hiddenSize(),
        model.tokens().interpolation());
  }
}
