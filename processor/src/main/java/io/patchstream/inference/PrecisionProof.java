package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.Crop;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds a precision below float32 against float32 before the first image comes: the same made-up
 * pictures through one session and then the other. The two need not be open at a time.
 *
 * <p>The measure is the length of the difference relative to that of the values (of logits, less
 * their mean, which changes no score). In int8 it is 2 % for the demo model, 3 % for a ViT-B/16 of
 * random weights, and at most 5 % for the golden checkpoints of all layouts (7 % where weights have
 * 7 bits). With one channel of the demo model made larger and larger, and taken back in the layer
 * behind it, it still names as many of 2 000 pictures right at 8 % and 22 %, at 26 % one point
 * fewer, at 56 % thirteen, at 127 % sixty-three.
 */
final class PrecisionProof {

  /** The largest relative difference allowed, of any picture's logits or embedding. */
  static final double BOUND = 0.15;

  private record Outputs(float[] logits, float[] embedding) {}

  private static final int PICTURES = 3;

  private final Grid grid;
  private final int patchSize;
  private final List<Outputs> expected;

  /**
   * Runs the pictures, of the size that images are brought to, through the session that is right.
   *
   * @throws InferenceException if it fails
   */
  PrecisionProof(ImageOptions images, ModelSession reference) throws InferenceException {
    Crop own = images.preprocessing().crop();
    this.patchSize = images.patchSize();
    this.grid =
        new Grid(Math.max(1, own.height() / patchSize), Math.max(1, own.width() / patchSize));
    this.expected = run(reference);
  }

  /**
   * Holds another session against it.
   *
   * @return the largest relative difference of any picture's logits or embedding
   * @throws InferenceException if that is above {@link #BOUND}, or the session fails
   */
  double check(ModelSession session) throws InferenceException {
    double difference = difference(session);
    if (difference > BOUND) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          String.format(
              Locale.ROOT,
              "In int8 this model is no longer itself: on made-up pictures it is %.0f %% away from"
                  + " fp32, where %.0f %% are allowed. Set patchstream.precision=fp32.",
              100 * difference,
              100 * BOUND),
          null);
    }
    return difference;
  }

  /** Infinite where there is NaN. */
  private double difference(ModelSession session) throws InferenceException {
    double largest = 0;
    List<Outputs> outputs = run(session);
    for (int i = 0; i < PICTURES; i++) {
      float[] logits = centred(expected.get(i).logits());
      largest = Math.max(largest, relative(centred(outputs.get(i).logits()), logits));
      float[] embedding = expected.get(i).embedding();
      largest = Math.max(largest, relative(outputs.get(i).embedding(), embedding));
    }
    return largest;
  }

  private List<Outputs> run(ModelSession session) throws InferenceException {
    List<Outputs> outputs = new ArrayList<>();
    try {
      for (int seed = 0; seed < PICTURES; seed++) {
        session.run(new ProofPicture(seed).patches(grid, patchSize), List.of(grid));
        outputs.add(new Outputs(session.logits(0), session.clsEmbedding(0)));
      }
      return outputs;
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "the session failed on a made-up picture: " + e.getMessage(),
          e);
    }
  }

  /** Less their mean. */
  private static float[] centred(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    float[] centred = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      centred[i] = (float) (values[i] - sum / values.length);
    }
    return centred;
  }

  /** Euclidean length of the difference over that of what is expected. */
  private static double relative(float[] values, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < values.length; i++) {
      double d = (double) values[i] - expected[i];
      difference += d * d;
      length += (double) expected[i] * expected[i];
    }
    double relative = difference == 0 ? 0 : Math.sqrt(difference / length);
    return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
  }
}
