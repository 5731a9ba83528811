package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.inference.Inference;
import io.patchstream.schemas.Activation;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.Prediction;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two pictures in two partitions: image 0 and 2 go to the first, 1 and 3 to the second. */
class ResultCheckTest {

  private static final int[] ORDER = {0, 1, 1, 0};

  private ResultCheck check;

  @BeforeEach
  void begin() {
    Workload workload =
        new Workload(
            "two",
            List.of(
                new BenchPicture("cat", new byte[1], null),
                new BenchPicture("dog", new byte[1], null)),
            List.of(),
            null);
    Answers answers = new Answers(List.of(answer(3, 0.9f), answer(5, 0.6f)), 1e-3);
    check = new ResultCheck(workload, ORDER, answers, 2);
  }

  @Test
  void allOfThemInTheOrderOfTheirPartitionsAreRight() throws Exception {
    check.accept(1, 1, result("dog", 5, 0.6f));
    check.accept(0, 0, result("cat", 3, 0.9f));
    check.accept(0, 2, result("dog", 5, 0.6f));
    assertThat(check.isComplete()).isFalse();
    check.accept(1, 3, result("cat", 3, 0.90005f));

    assertThat(check.isComplete()).isTrue();
    assertThat(check.count()).isEqualTo(4);
  }

  @Test
  void anotherPicturesAnswerIsWrong() {
    assertWrong(0, 0, result("cat", 5, 0.6f), "alone it gives");
  }

  @Test
  void anotherPicturesNameIsWrong() {
    assertWrong(0, 0, result("dog", 3, 0.9f), "ended as dog");
  }

  @Test
  void aScoreBeyondTheToleranceIsWrong() {
    assertWrong(0, 0, result("cat", 3, 0.902f), "alone it gives");
  }

  @Test
  void aScoreThatIsNoNumberIsWrong() {
    assertWrong(0, 0, result("cat", 3, Float.NaN), "alone it gives");
  }

  @Test
  void aLostOneIsNoticedByTheNext() {
    assertWrong(0, 2, result("dog", 5, 0.6f), "image 2 where that of image 0 was due");
  }

  @Test
  void aDoubledOneIsNoticed() throws Exception {
    check.accept(0, 0, result("cat", 3, 0.9f));
    assertWrong(0, 0, result("cat", 3, 0.9f), "image 0 where that of image 2 was due");
  }

  @Test
  void oneMoreThanWasSentIsNoticed() throws Exception {
    check.accept(0, 0, result("cat", 3, 0.9f));
    check.accept(0, 2, result("dog", 5, 0.6f));
    assertWrong(0, 4, result("cat", 3, 0.9f), "of 4 sent");
  }

  private void assertWrong(int partition, int number, ImageClassification result, String message) {
    assertThatThrownBy(() -> check.accept(partition, number, result))
        .isInstanceOf(WrongResultException.class)
        .hasMessageContaining(message);
  }

  private static List<Inference.Prediction> answer(int best, float score) {
    return List.of(
        new Inference.Prediction(best, "class " + best, score),
        new Inference.Prediction(0, "class 0", 1 - score));
  }

  private static ImageClassification result(String id, int best, float score) {
    return ImageClassification.newBuilder()
        .setImageId(id)
        .setModel(new ModelInfo("model", "revision", "fp32"))
        .setActivation(Activation.SOFTMAX)
        .setPredictions(
            List.of(
                new Prediction(best, "class " + best, score),
                new Prediction(0, "class 0", 1 - score)))
        .setImageWidth(1)
        .setImageHeight(1)
        .setGridHeight(1)
        .setGridWidth(1)
        .setClassifiedAt(Instant.EPOCH)
        .build();
  }
}
