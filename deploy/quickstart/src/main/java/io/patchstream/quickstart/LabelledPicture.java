package io.patchstream.quickstart;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.Prediction;
import java.util.Map;

/**
 * A picture as it came out of the labels topic.
 *
 * @param id of the image
 * @param drawn the true class
 * @param label the class that the model named first
 * @param score of that class, 0 to 1
 * @param size name of its size
 * @param format of its file
 * @param width in pixels
 * @param height in pixels
 * @param latencyMillis from the event to its committed label
 */
record LabelledPicture(
    String id,
    String drawn,
    String label,
    float score,
    String size,
    String format,
    int width,
    int height,
    long latencyMillis) {

  static LabelledPicture of(ImageClassification classification, long latencyMillis) {
    Prediction best = classification.getPredictions().get(0);
    Map<String, String> attributes = classification.getAttributes();
    return new LabelledPicture(
        classification.getImageId(),
        attributes.get(PictureSender.DRAWN),
        best.getLabel(),
        best.getScore(),
        attributes.get(PictureSender.SIZE),
        attributes.get(PictureSender.FORMAT),
        classification.getImageWidth(),
        classification.getImageHeight(),
        latencyMillis);
  }

  boolean right() {
    return label.equals(drawn);
  }
}
