package io.patchstream.inference;

import io.patchstream.inference.Inference.Prediction;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.List;

/** The best classes of one image and their scores. One instance a thread. */
final class TopK {

  private final OutputActivation activation;
  private final List<String> labels;
  private final int[] best; // scratch, kept from image to image

  /**
   * A selection of the best classes.
   *
   * @param k how many; fewer if there are fewer labels
   * @param activation what makes scores of logits
   * @param labels names of all classes, by index
   */
  TopK(int k, OutputActivation activation, List<String> labels) {
    this.activation = activation;
    this.labels = List.copyOf(labels);
    this.best = new int[Math.min(k, labels.size())];
  }

  /** The best classes of {@code logits}, finite, best first; of equals the lower index first. */
  List<Prediction> of(float[] logits) {
    if (best.length == 0) {
      return List.of();
    }
    select(logits);
    double denominator = activation == OutputActivation.SOFTMAX ? sumOfExponents(logits) : 0;
    Prediction[] predictions = new Prediction[best.length];
    for (int i = 0; i < best.length; i++) {
      double score =
          switch (activation) {
            case SOFTMAX -> Math.exp((double) logits[best[i]] - logits[best[0]]) / denominator;
            case SIGMOID -> 1 / (1 + Math.exp(-logits[best[i]]));
          };
      predictions[i] = new Prediction(best[i], labels.get(best[i]), (float) score);
    }
    return List.of(predictions);
  }

  /** Insertion into the few best: k is small, and almost every class falls out at once. */
  private void select(float[] logits) {
    int held = 0;
    for (int index = 0; index < logits.length; index++) {
      if (held == best.length && logits[index] <= logits[best[held - 1]]) {
        continue;
      }
      int place = held < best.length ? held++ : held - 1;
      while (place > 0 && logits[index] > logits[best[place - 1]]) {
        best[place] = best[place - 1];
        place--;
      }
      best[place] = index;
    }
  }

  /** Relative to the largest logit, so that nothing overflows. */
  private double sumOfExponents(float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[best[0]]);
    }
    return sum;
  }
}
