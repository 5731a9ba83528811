package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.util.List;

/**
 * What the model says of one image.
 *
 * @param predictions the top-k classes, best first; empty for a model without a head
 * @param logits the raw scores of all classes, [classes]; empty for a model without a head
 * @param clsEmbedding the class token after the last LayerNorm, or what the model pools or projects
 *     instead, [E]
 * @param imageWidth width of the source in pixels, after EXIF orientation
 * @param imageHeight height of the source in pixels, after EXIF orientation
 * @param grid the patch grid that the image was cut into
 */
public record Inference(
    List<Prediction> predictions,
    float[] logits,
    float[] clsEmbedding,
    int imageWidth,
    int imageHeight,
    Grid grid) {

  /**
   * One class and its score.
   *
   * @param classIndex index into the logits
   * @param label the class's name
   * @param score after softmax or sigmoid, 0 to 1
   */
  public record Prediction(int classIndex, String label, float score) {}
}
