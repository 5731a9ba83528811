package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.Resolution.Mode;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.VisionTransformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine whose session has too little memory, or stops working. */
@Timeout(60)
class EngineFaultsTest {

  private static final int BATCH = 8;

  private static Model model;

  private final AtomicInteger opened = new AtomicInteger();
  private ModelSession session;

  @BeforeAll
  static void openModel() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  /** A session that has memory for so many images of the model's own size. */
  private ModelSession open(int imagesInMemory) throws InferenceException {
    opened.incrementAndGet();
    VisionTransformer vit = (VisionTransformer) model.description();
    OnnxGraph graph =
        HungryGreyReader.graph(
            vit.patchLength(), vit.hiddenSize(), vit.classes(), imagesInMemory * 36);
    return session =
        new ModelSession(graph, model.positionTables(1 << 20), BATCH, Device.CPU, Golden.onCpu(1));
  }

  private Engine engine(int imagesInMemory, Mode mode) throws Exception {
    return new Engine(
        new ProvenSession(
            open(imagesInMemory), "fp32", "as published", device -> open(imagesInMemory)),
        model.description(),
        model.revision(),
        Golden.images(mode),
        Golden.engine(BATCH, Duration.ofSeconds(1), 2 * BATCH));
  }

  private static CompletableFuture<Inference> submit(Engine engine, int shade, int side) {
    return engine.submit(() -> new EncodedImage(GreyReader.picture(shade, side, side), null));
  }

  private static List<CompletableFuture<Inference>> submit(Engine engine, int count) {
    List<CompletableFuture<Inference>> images = new ArrayList<>();
    for (int shade = 1; shade <= count; shade++) {
      images.add(submit(engine, shade, 48));
    }
    return images;
  }

  private static void assertAllRight(List<CompletableFuture<Inference>> images) {
    for (int shade = 1; shade <= images.size(); shade++) {
      assertThat(GreyReader.shade(images.get(shade - 1).join())).isEqualTo(shade);
    }
  }

  @Test
  void outOfMemoryHalvesTheBatchesAndFailsNoImage() throws Exception {
    try (Engine engine = engine(3, Mode.FIXED)) {
      assertAllRight(submit(engine, 2 * BATCH));
      assertThat(opened).as("8 images did not fit, nor 4").hasValue(3);
      EngineStatistics before = engine.statistics();

      assertAllRight(submit(engine, 2 * BATCH));

      assertThat(opened).as("what was learned holds").hasValue(3);
      assertThat(engine.statistics().since(before).meanBatchSize()).isEqualTo(2);
    }
  }

  @Test
  void anImageThatNeverFitsEndsTheEngineAndIsNotAFailureOfItsOwn() throws Exception {
    try (Engine engine = engine(3, Mode.NATIVE)) {
      CompletableFuture<Inference> huge = submit(engine, 100, 200); // 25x25 patches

      assertThatThrownBy(huge::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(EngineFailedException.class)
          .hasMessageContaining("an image of 25x25 patches needs more memory")
          .hasMessageContaining("lower patchstream.image.max.tokens");
      assertThatThrownBy(() -> submit(engine, 1, 48).join())
          .hasCauseInstanceOf(EngineFailedException.class);
    }
  }

  @Test
  void tooLittleMemoryForTheModelsOwnSizeShowsAtStart() {
    assertThatThrownBy(() -> engine(0, Mode.FIXED))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("an image of 6x6 patches needs more memory");
  }

  @Test
  void aSessionThatNoLongerRunsWhatItRanAtStartBlamesNoImage() throws Exception {
    try (Engine engine = engine(BATCH, Mode.FIXED)) {
      assertAllRight(submit(engine, 3));
      session.terminate();

      List<CompletableFuture<Inference>> images = submit(engine, 3);

      for (CompletableFuture<Inference> image : images) {
        assertThatThrownBy(image::join)
            .cause()
            .isInstanceOf(EngineFailedException.class)
            .hasMessageContaining("no image is to blame: restart the process");
      }
    }
  }
}
