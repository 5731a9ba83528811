package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Resolution.Mode;
import io.patchstream.model.Model;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One picture again and again, alone and beside others, at all places of a batch. */
@Timeout(60)
class SameAnswerTest {

  private static final String PICTURE = "rgb_200x150.png";
  private static final List<String> OTHERS = List.of("gray.png", "alpha.png", "rgb_97x211.png");
  private static final int ROUNDS = 12;

  private static Model model;

  @BeforeAll
  static void openModel() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  /** What the picture was said to be each time, beside as many others as the round's number. */
  private static List<Inference> answers(BatchOptions batches) throws Exception {
    EngineOptions golden = Golden.engine(4, Duration.ZERO, 16);
    EngineOptions options =
        new EngineOptions(
            batches,
            golden.decoding(),
            golden.compute(),
            golden.topK(),
            golden.maxImagesInFlight());
    List<Inference> answers = new ArrayList<>();
    try (Engine engine = Engine.open(model, Golden.images(Mode.FIXED), options)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<CompletableFuture<Inference>> batch = new ArrayList<>();
        int place = round % 4;
        for (int i = 0; i <= round % 8; i++) {
          batch.add(submit(engine, i == place ? PICTURE : OTHERS.get((i + round) % 3)));
        }
        CompletableFuture<Inference> one =
            place < batch.size() ? batch.get(place) : submit(engine, PICTURE);
        answers.add(one.get());
        for (CompletableFuture<Inference> other : batch) {
          other.get();
        }
      }
    }
    return answers;
  }

  private static CompletableFuture<Inference> submit(Engine engine, String picture) {
    return engine.submit(
        () -> new EncodedImage(Files.readAllBytes(Golden.PICTURES.resolve(picture)), null));
  }

  @Test
  void deterministicBatchesGiveTheSameBytesWhateverComesBeside() throws Exception {
    List<Inference> answers = answers(new BatchOptions(4, 4096, Duration.ofMillis(5), true));

    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.logits()).containsExactly(answers.get(0).logits());
              assertThat(answer.clsEmbedding()).containsExactly(answers.get(0).clsEmbedding());
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void anyOtherBatchesDifferByRoundingAtMost(int maxSize) throws Exception {
    List<Inference> answers = answers(new BatchOptions(maxSize, 4096, Duration.ofMillis(5), false));

    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.logits())
                    .containsExactly(answers.get(0).logits(), within(1e-5f)));
  }
}
