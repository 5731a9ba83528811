package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.inference.Inference.Prediction;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {

  private static List<String> labels(int classes) {
    return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
  }

  @Test
  void isTheHeadOfAFullSort() {
    Random random = new Random(1);
    for (int k : new int[] {1, 2, 5, 40}) {
      TopK topK = new TopK(k, OutputActivation.SOFTMAX, labels(40));
      for (int round = 0; round < 50; round++) {
        float[] logits = new float[40];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = random.nextInt(15) - 7; // few values, so many are equal
        }
        List<Integer> sorted =
            IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -logits[i]).thenComparing(i -> i))
                .limit(k)
                .toList();

        assertThat(topK.of(logits)).extracting(Prediction::classIndex).isEqualTo(sorted);
      }
    }
  }

  @Test
  void softmaxSumsToOneAndDoesNotOverflow() {
    float[] logits = {1000, 999, -1000};

    List<Prediction> all = new TopK(3, OutputActivation.SOFTMAX, labels(3)).of(logits);

    assertThat(all).extracting(Prediction::label).containsExactly("class 0", "class 1", "class 2");
    assertThat(all.get(0).score()).isCloseTo((float) (1 / (1 + Math.exp(-1))), within(1e-7f));
    assertThat(all.stream().mapToDouble(Prediction::score).sum()).isCloseTo(1, within(1e-6));
  }

  @Test
  void sigmoidScoresEachClassByItself() {
    float[] logits = {0, 2, -500};

    List<Prediction> all = new TopK(3, OutputActivation.SIGMOID, labels(3)).of(logits);

    assertThat(all.get(0)).isEqualTo(new Prediction(1, "class 1", 0.8807971f));
    assertThat(all.get(1)).isEqualTo(new Prediction(0, "class 0", 0.5f));
    assertThat(all.get(2).score()).isZero();
  }

  @Test
  void fewerClassesThanKGiveAllOfThem() {
    assertThat(new TopK(5, OutputActivation.SOFTMAX, labels(2)).of(new float[] {1, 2})).hasSize(2);
  }

  @Test
  void aModelWithoutAHeadHasNoPredictions() {
    assertThat(new TopK(5, OutputActivation.SOFTMAX, List.of()).of(new float[0])).isEmpty();
  }

  @Test
  void oneSelectionServesManyImages() {
    TopK topK = new TopK(2, OutputActivation.SOFTMAX, labels(3));
    topK.of(new float[] {9, 8, 7});

    assertThat(topK.of(new float[] {-3, -2, -1}))
        .extracting(Prediction::classIndex)
        .isEqualTo(Arrays.asList(2, 1));
  }
}
