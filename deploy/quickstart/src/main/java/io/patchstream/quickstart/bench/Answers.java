package io.patchstream.quickstart.bench;

import io.patchstream.inference.EncodedImage;
import io.patchstream.inference.Engine;
import io.patchstream.inference.Inference;
import io.patchstream.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * What the model says of each picture of a workload, by itself; the results of a measurement are
 * held against it.
 *
 * @param pictures the predictions of each picture, best first
 * @param tolerance how far a score may be from the one here, relative to it: of a softmax that is
 *     the difference of logits
 */
record Answers(List<List<Inference.Prediction>> pictures, double tolerance) {

  /** Sums of floats in another order. */
  private static final double FP32_TOLERANCE = 2e-3;

  /** A sum in another order may fall to the other side of a rounding to 8 bits. */
  private static final double INT8_TOLERANCE = 5e-2;

  /**
   * Asks an engine, which has nothing else to do, picture by picture.
   *
   * @throws Exception the failure of a picture that cannot be classified
   */
  static Answers of(Engine engine, Workload workload) throws Exception {
    List<List<Inference.Prediction>> answers = new ArrayList<>();
    for (BenchPicture picture : workload.pictures()) {
      EncodedImage image = new EncodedImage(picture.encoded(), picture.requested());
      try {
        answers.add(engine.submit(() -> image).get().predictions());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception failure ? failure : e;
      }
    }
    boolean fp32 = engine.identity().precision().equals("fp32");
    return new Answers(List.copyOf(answers), fp32 ? FP32_TOLERANCE : INT8_TOLERANCE);
  }

  /**
   * Whether a result is that of a picture: as many classes, their scores in order, and the first
   * class, unless the second is as near to it as scores may be off.
   */
  boolean match(int picture, List<Prediction> result) {
    List<Inference.Prediction> answer = pictures.get(picture);
    if (answer.size() != result.size()) {
      return false;
    }
    for (int i = 0; i < result.size(); i++) {
      if (!near(answer.get(i).score(), result.get(i).getScore())) {
        return false;
      }
    }
    boolean tie = answer.size() > 1 && near(answer.get(0).score(), answer.get(1).score());
    return tie || answer.get(0).classIndex() == result.get(0).getClassIndex();
  }

  private boolean near(float expected, float actual) {
    return Math.abs(actual - expected) <= tolerance * expected;
  }
}
