package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.fixtures.HangingBmp;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageException.Reason;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.model.Model;
import io.patchstream.model.VisionTransformer;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images that a decoder does not come back from, among others. */
@Timeout(60)
class ImageTimeoutTest {

  private static final Duration LIMIT = Duration.ofMillis(400);

  private static Model model;

  @BeforeAll
  static void openModel() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  /** An engine that reads shades, {@link GreyReader}. */
  private static Engine engine(int decodeThreads, int loadThreads) throws Exception {
    EngineOptions options =
        new EngineOptions(
            new BatchOptions(4, 4096, Duration.ZERO, false),
            new DecodingOptions(decodeThreads, loadThreads, LIMIT),
            new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, 1, 0, 1 << 20),
            1,
            100);
    VisionTransformer vit = (VisionTransformer) model.description();
    ModelSession session =
        new ModelSession(
            GreyReader.graph(vit.patchLength(), vit.hiddenSize(), vit.classes()),
            model.positionTables(1 << 20),
            options.batches().maxSize(),
            Device.CPU,
            options.compute());
    return new Engine(
        new ProvenSession(session, "fp32", "as published", device -> session),
        model.description(),
        model.revision(),
        Golden.images(Mode.FIXED),
        options);
  }

  private static ImageSource png(int shade) {
    return () -> new EncodedImage(GreyReader.picture(shade, 48, 48), null);
  }

  /** The one that hangs. */
  private static ImageSource bmp(int shade) {
    return () -> {
      byte[] png = GreyReader.picture(shade, 48, 48);
      return new EncodedImage(HangingBmp.of(ImageIO.read(new ByteArrayInputStream(png))), null);
    };
  }

  private static void assertTooSlow(CompletableFuture<Inference> image) {
    assertThatThrownBy(image::get)
        .isInstanceOf(ExecutionException.class)
        .extracting(Throwable::getCause)
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_SLOW))
        .asString()
        .contains("within the 400 ms allowed");
  }

  private static void awaitNoneLeftBehind(Engine engine) throws InterruptedException {
    while (engine.threadsLeftBehind() > 0) {
      Thread.sleep(1);
    }
  }

  @Test
  void anImageThatHangsFailsAndEveryOtherIsClassified() throws Exception {
    try (HangingBmp hanging = new HangingBmp();
        Engine engine = engine(2, 0)) {
      CompletableFuture<Inference> hangs = engine.submit(bmp(7));
      CompletableFuture<Inference> cancelled = engine.submit(bmp(8));
      cancelled.cancel(true);
      List<CompletableFuture<Inference>> others = new ArrayList<>();
      for (int shade = 1; shade < 100; shade++) {
        others.add(engine.submit(png(shade)));
      }

      assertTooSlow(hangs);
      for (int shade = 1; shade < 100; shade++) {
        assertThat(GreyReader.shade(others.get(shade - 1).get())).isEqualTo(shade);
      }
      assertThat(engine.threadsLeftBehind()).isPositive();
      assertThat(engine.inFlight()).isZero();

      hanging.letGo();
      awaitNoneLeftBehind(engine);

      assertThat(GreyReader.shade(engine.submit(bmp(9)).get())).isEqualTo(9);
      assertThat(GreyReader.shade(engine.submit(png(10)).get())).isEqualTo(10);
      assertThat(hangs).isCompletedExceptionally();
    }
  }

  @Test
  void bothThreadsMayHangAndBeReplaced() throws Exception {
    try (HangingBmp hanging = new HangingBmp();
        Engine engine = engine(2, 1)) {
      List<CompletableFuture<Inference>> hang =
          List.of(engine.submit(bmp(7)), engine.submit(bmp(8)));
      hang.forEach(ImageTimeoutTest::assertTooSlow);

      assertThat(GreyReader.shade(engine.submit(png(3)).get())).isEqualTo(3);
      assertThat(engine.threadsLeftBehind()).isEqualTo(2);
      hanging.letGo();
      awaitNoneLeftBehind(engine);
    }
  }

  @Test
  void anEngineClosesWithoutWaitingForWhatWasGivenUp() throws Exception {
    Engine engine;
    try (HangingBmp hanging = new HangingBmp()) {
      engine = engine(1, 0);
      assertTooSlow(engine.submit(bmp(7)));

      engine.close();

      assertThat(engine.submit(png(1))).isCancelled();
      assertThat(engine.threadsLeftBehind()).isEqualTo(1);
      hanging.letGo();
      awaitNoneLeftBehind(engine); // what comes back finds an engine that is closed
    }
  }

  @Test
  void tooManyThatHangFailTheEngineAndNoOtherImage() throws Exception {
    try (HangingBmp hanging = new HangingBmp();
        Engine engine = engine(1, 0)) {
      assertThat(engine.fault()).isEmpty();
      CompletableFuture<Inference> tolerated = engine.submit(bmp(7));
      CompletableFuture<Inference> tooMuch = engine.submit(bmp(8));
      CompletableFuture<Inference> innocent = engine.submit(bmp(9));

      assertTooSlow(tolerated);
      assertTooSlow(tooMuch);
      for (CompletableFuture<Inference> image : List.of(innocent, engine.submit(png(1)))) {
        assertThatThrownBy(image::get)
            .hasCauseInstanceOf(EngineFailedException.class)
            .hasMessageContaining("too many images (more than 1 at a time)");
      }
      assertThat(engine.awaitCapacity(Duration.ZERO)).isTrue();
      assertThat(engine.fault().orElseThrow()).contains("too many images");
      hanging.letGo();
    }
  }
}
