package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.Resolution.Mode;
import io.patchstream.inference.Inference.Prediction;
import io.patchstream.inference.InferenceException.Reason;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTest {

  private static Model model;

  @BeforeAll
  static void openModel() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  /** The golden model; a batch that is not full waits for a second, so tests see full ones. */
  private static Engine golden(Mode mode, int maxBatchSize) throws Exception {
    Duration delay = maxBatchSize == 1 ? Duration.ZERO : Duration.ofSeconds(1);
    return Engine.open(
        model, Golden.images(mode), Golden.engine(maxBatchSize, delay, 2 * maxBatchSize + 2));
  }

  /** An engine that reads shades, {@link GreyReader}. */
  private static Engine grey(Mode mode, int maxBatchSize) throws Exception {
    EngineOptions options = Golden.engine(maxBatchSize, Duration.ofMillis(20), 4);
    VisionTransformer vit = (VisionTransformer) model.description();
    OnnxGraph graph = GreyReader.graph(vit.patchLength(), vit.hiddenSize(), vit.classes());
    ModelSession session =
        new ModelSession(
            graph, model.positionTables(1 << 20), maxBatchSize, Device.CPU, options.compute());
    return new Engine(
        new ProvenSession(session, "fp32", "as published", EngineTest::notAgain),
        model.description(),
        model.revision(),
        Golden.images(mode),
        options);
  }

  private static ModelSession notAgain(Device device) {
    throw new AssertionError("the session was opened again");
  }

  private static ImageSource shade(int shade) {
    return shade(shade, 48, 48);
  }

  private static ImageSource shade(int shade, int width, int height) {
    return () -> new EncodedImage(GreyReader.picture(shade, width, height), null);
  }

  private static ImageSource golden(String picture) {
    return () -> new EncodedImage(Files.readAllBytes(Golden.PICTURES.resolve(picture)), null);
  }

  private static Throwable failure(CompletableFuture<Inference> image) throws Exception {
    try {
      return new AssertionError("no failure, but " + image.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Test
  void theSameImageGivesTheSameAnswerAloneAndInAFullBatch() throws Exception {
    Inference alone;
    try (Engine engine = golden(Mode.FIXED, 1)) {
      alone = engine.submit(golden("gray.png")).get();
    }
    List<CompletableFuture<Inference>> batch = new ArrayList<>();
    try (Engine engine = golden(Mode.FIXED, 4)) {
      for (String picture : List.of("rgb_200x150.png", "gray.png", "alpha.png", "rgb_97x211.png")) {
        batch.add(engine.submit(golden(picture)));
      }
      Inference inBatch = batch.get(1).get();

      assertThat(inBatch.logits()).containsExactly(alone.logits(), within(1e-5f));
      assertThat(inBatch.clsEmbedding()).containsExactly(alone.clsEmbedding(), within(1e-5f));
      assertThat(batch.get(0).get().logits()[0]).isNotEqualTo(alone.logits()[0]);
    }
  }

  @Test
  void aResultSaysWhatTheModelMakesOfTheImage() throws Exception {
    try (Engine engine = golden(Mode.FIXED, 1)) {
      Inference inference = engine.submit(golden("rgb_200x150.png")).get();

      assertThat(inference.imageWidth()).isEqualTo(200);
      assertThat(inference.imageHeight()).isEqualTo(150);
      assertThat(inference.grid()).isEqualTo(new Grid(6, 6));
      assertThat(inference.logits()).hasSize(10);
      assertThat(inference.clsEmbedding()).hasSize(48);
      assertThat(inference.predictions()).hasSize(5);
      Prediction best = inference.predictions().get(0);
      assertThat(best.label()).isEqualTo("label_" + best.classIndex());
      assertThat(engine.identity().revision()).isEqualTo(model.revision());
      assertThat(engine.identity().activation()).isEqualTo(OutputActivation.SOFTMAX);
    }
  }

  @Test
  void everyPictureOfManyGridsGetsItsOwnResult() throws Exception {
    int[][] sizes = {{48, 48}, {64, 48}, {48, 64}, {80, 40}, {96, 96}};
    List<CompletableFuture<Inference>> images = new ArrayList<>();
    try (Engine engine = grey(Mode.NATIVE, 4)) {
      for (int i = 1; i < 255; i++) {
        int[] size = sizes[i % sizes.length];
        images.add(engine.submit(shade(i, size[0], size[1])));
      }
      for (int i = 1; i < 255; i++) {
        int[] size = sizes[i % sizes.length];
        Inference inference = images.get(i - 1).get();
        assertThat(GreyReader.shade(inference)).isEqualTo(i);
        assertThat(inference.grid()).isEqualTo(new Grid(size[1] / 8, size[0] / 8));
      }
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void anImageThatFailsTheSessionTakesNoOtherAlong() throws Exception {
    try (Engine engine = grey(Mode.FIXED, 4)) {
      List<CompletableFuture<Inference>> batch = new ArrayList<>();
      for (int shade : new int[] {10, GreyReader.FAILS, 20, GreyReader.FAILS}) {
        batch.add(engine.submit(shade(shade)));
      }

      assertThat(GreyReader.shade(batch.get(0).get())).isEqualTo(10);
      assertThat(GreyReader.shade(batch.get(2).get())).isEqualTo(20);
      for (int failed : new int[] {1, 3}) {
        assertThat(failure(batch.get(failed)))
            .asInstanceOf(InstanceOfAssertFactories.type(InferenceException.class))
            .returns(Reason.SESSION_FAILED, InferenceException::reason)
            .satisfies(e -> assertThat(e).hasMessageContaining("out of data bounds"));
      }
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void aSessionThatAlwaysFailsFailsEveryImageAndGoesOn() throws Exception {
    try (Engine engine = grey(Mode.FIXED, 4)) {
      for (int round = 0; round < 5; round++) {
        List<CompletableFuture<Inference>> images = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          images.add(engine.submit(shade(GreyReader.FAILS)));
        }
        for (CompletableFuture<Inference> image : images) {
          assertThat(failure(image)).isInstanceOf(InferenceException.class);
        }
      }
    }
  }

  @Test
  void logitsThatAreNotFiniteAreAFailureOfTheirImage() throws Exception {
    try (Engine engine = grey(Mode.FIXED, 2)) {
      CompletableFuture<Inference> black = engine.submit(shade(GreyReader.NOT_FINITE));
      CompletableFuture<Inference> grey = engine.submit(shade(100));

      assertThat(failure(black))
          .asInstanceOf(InstanceOfAssertFactories.type(InferenceException.class))
          .returns(Reason.NOT_FINITE, InferenceException::reason);
      assertThat(GreyReader.shade(grey.get())).isEqualTo(100);
    }
  }

  @Test
  void whatSourceOrDecoderThrowIsTheOutcomeOfTheirImage() throws Exception {
    IOException gone = new IOException("gone");
    try (Engine engine = grey(Mode.FIXED, 2)) {
      CompletableFuture<Inference> missing =
          engine.submit(
              () -> {
                throw gone;
              });
      CompletableFuture<Inference> nothing = engine.submit(() -> null);
      CompletableFuture<Inference> text =
          engine.submit(
              () -> new EncodedImage("no picture".getBytes(StandardCharsets.UTF_8), null));

      assertThat(failure(missing)).isSameAs(gone);
      assertThat(failure(nothing)).hasMessage("the source brought no image");
      assertThat(failure(text)).isInstanceOf(ImageException.class);
      assertThat(GreyReader.shade(engine.submit(shade(77)).get())).isEqualTo(77);
    }
  }

  @Test
  void theBudgetIsFullUntilAnImageEnds() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    try (Engine engine = grey(Mode.FIXED, 2)) {
      List<CompletableFuture<Inference>> images = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        assertThat(engine.awaitCapacity(Duration.ZERO)).isTrue();
        images.add(
            engine.submit(
                () -> {
                  held.await();
                  return shade(50).load();
                }));
      }
      assertThat(engine.awaitCapacity(Duration.ofMillis(5))).isFalse();
      assertThat(engine.inFlight()).isEqualTo(4);

      held.countDown();

      assertThat(engine.awaitCapacity(Duration.ofSeconds(30))).isTrue();
      CompletableFuture.allOf(images.toArray(CompletableFuture[]::new)).get();
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void cancellingFreesThePlaceAndInterruptsTheSource() throws Exception {
    try (Engine engine = grey(Mode.FIXED, 2)) {
      for (int round = 0; round < 20; round++) {
        List<CompletableFuture<Inference>> stuck = new ArrayList<>();
        CountDownLatch loading = new CountDownLatch(2);
        for (int i = 0; i < 3; i++) { // both decoding threads wait, and one image for them
          stuck.add(
              engine.submit(
                  () -> {
                    loading.countDown();
                    new CountDownLatch(1).await();
                    return null;
                  }));
        }
        loading.await();
        CompletableFuture<Inference> good = engine.submit(shade(round + 1));

        stuck.forEach(image -> image.cancel(true));

        assertThat(GreyReader.shade(good.get())).isEqualTo(round + 1);
        assertThat(engine.inFlight()).isZero();
      }
    }
  }

  /** Two of each: loading threads that wait leave the decoding threads to others. */
  @Test
  void loadingThreadsWaitInPlaceOfDecodingThreads() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    EngineOptions options = Golden.engine(2, Duration.ZERO, 20).withLoadThreads(2);
    try (Engine engine = Engine.open(model, Golden.images(Mode.FIXED), options)) {
      List<CompletableFuture<Inference>> images = new ArrayList<>();
      AtomicInteger loads = new AtomicInteger();
      CompletableFuture<Inference> slow =
          engine.submit(
              () -> {
                held.await();
                return golden("gray.png").load();
              });
      for (int i = 0; i < 10; i++) {
        images.add(
            engine.submit(
                () -> {
                  loads.incrementAndGet();
                  return golden("gray.png").load();
                }));
      }
      CompletableFuture.allOf(images.toArray(CompletableFuture[]::new)).get();

      assertThat(slow).isNotDone();
      assertThat(loads).hasValue(10);
      held.countDown();
      slow.get();
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void cancellingInterruptsALoadingThreadToo() throws Exception {
    EngineOptions options = Golden.engine(2, Duration.ZERO, 20).withLoadThreads(1);
    Engine engine = Engine.open(model, Golden.images(Mode.FIXED), options);
    CountDownLatch loading = new CountDownLatch(1);
    ImageSource stuck =
        () -> {
          loading.countDown();
          new CountDownLatch(1).await();
          return null;
        };
    CompletableFuture<Inference> cancelled = engine.submit(stuck);
    loading.await();
    CompletableFuture<Inference> next = engine.submit(golden("gray.png"));
    cancelled.cancel(true);
    next.get();

    CompletableFuture<Inference> closed = engine.submit(stuck);
    engine.close();
    assertThat(closed).isCancelled();
  }

  @Test
  void aTimeLimitOfTheCallersInterruptsTheSourceToo() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    try (Engine engine = grey(Mode.FIXED, 2)) {
      CompletableFuture<Inference> late =
          engine
              .submit(
                  () -> {
                    try {
                      new CountDownLatch(1).await();
                      return null;
                    } finally {
                      interrupted.complete(true);
                    }
                  })
              .orTimeout(5, TimeUnit.MILLISECONDS);

      assertThat(failure(late)).isInstanceOf(TimeoutException.class);
      assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void closeCancelsWhatIsInFlightAndTakesNoMore() throws Exception {
    Engine engine = golden(Mode.FIXED, 8);
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<Inference> waiting =
        engine.submit(
            () -> {
              loading.countDown();
              new CountDownLatch(1).await();
              return null;
            });
    loading.await();
    CompletableFuture<Inference> gathering = engine.submit(golden("gray.png"));

    engine.close();
    engine.close();

    assertThat(waiting).isCancelled();
    assertThat(gathering).isCancelled();
    assertThat(engine.submit(golden("gray.png"))).isCancelled();
    assertThat(engine.inFlight()).isZero();
  }

  @Test
  void noImageIsLeftUnfinishedWhoeverSubmitsWhileTheEngineCloses() throws Exception {
    for (int round = 0; round < 10; round++) {
      Engine engine = grey(Mode.FIXED, 4);
      Queue<CompletableFuture<Inference>> images = new ConcurrentLinkedQueue<>();
      CountDownLatch started = new CountDownLatch(2);
      List<Thread> submitters = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        Thread submitter =
            new Thread(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    images.add(engine.submit(shade(i % 256)));
                    started.countDown();
                  }
                });
        submitters.add(submitter);
        submitter.start();
      }
      started.await();
      if (round % 2 == 0) {
        images.peek().handle((result, failure) -> null).get();
      }

      engine.close();
      for (Thread submitter : submitters) {
        submitter.join();
      }

      assertThat(images).hasSize(200).allMatch(CompletableFuture::isDone);
      assertThat(engine.inFlight()).isZero();
    }
  }

  @Test
  void lanesOfACpuShareASessionAndEachImageHasItsOwnResult() throws Exception {
    EngineOptions one = Golden.engine(2, Duration.ofMillis(1), 40);
    EngineOptions three =
        new EngineOptions(
            one.batches(),
            one.decoding(),
            new ComputeOptions(Devices.CPU.withCpuLanes(3), RequestedPrecision.FP32, 2, 0, 1 << 20),
            one.topK(),
            one.maxImagesInFlight());
    List<CompletableFuture<Inference>> images = new ArrayList<>();
    try (Engine alone = Engine.open(model, Golden.images(Mode.FIXED), one);
        Engine engine = Engine.open(model, Golden.images(Mode.FIXED), three)) {
      List<String> pictures = List.of("rgb_200x150.png", "gray.png", "rgb_97x211.png");
      for (int i = 0; i < 60; i++) {
        images.add(engine.submit(golden(pictures.get(i % 3))));
      }
      for (int i = 0; i < 60; i++) {
        float[] expected = alone.submit(golden(pictures.get(i % 3))).get().logits();
        assertThat(images.get(i).get().logits()).containsExactly(expected, within(1e-5f));
      }
      EngineStatistics statistics = engine.statistics();
      assertThat(statistics.images()).isEqualTo(60);
      assertThat(statistics.devices()).containsOnlyKeys(Device.CPU);
      assertThat(statistics.devices().get(Device.CPU).lanes()).isEqualTo(3);
      assertThat(statistics.busy()).isPositive();
    }
  }

  @Test
  void theStagesOfImagesAddUpToTheirTimeInTheEngine() throws Exception {
    try (Engine engine =
        Engine.open(model, Golden.images(Mode.FIXED), Golden.engine(2, Duration.ofMillis(1), 40))) {
      List<CompletableFuture<Inference>> images = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        ImageSource source = golden("gray.png");
        images.add(
            engine.submit(
                () -> {
                  Thread.sleep(2);
                  return source.load();
                }));
      }
      for (CompletableFuture<Inference> image : images) {
        image.get();
      }
      Map<Stage, Histogram> stages = engine.statistics().stages();
      assertThat(stages).containsOnlyKeys(Stage.values());
      assertThat(stages.values()).allSatisfy(stage -> assertThat(stage.count()).isEqualTo(30));
      assertThat(stages.values()).allSatisfy(stage -> assertThat(stage.sum()).isPositive());
      assertThat(stages.get(Stage.FETCH).sum()).isGreaterThanOrEqualTo(30 * 2_000_000L);
      assertThat(stages.values().stream().mapToLong(Histogram::sum).sum())
          .isEqualTo(engine.latencies().sum());
      assertThat(engine.queued()).isZero();
      assertThat(engine.maxInFlight()).isEqualTo(40);
      assertThat(engine.positionTables().tables()).isEqualTo(1);
      assertThat(engine.positionTables().misses()).isEqualTo(1);
      assertThat(engine.positionTables().hits()).isPositive();
    }
  }

  @Test
  void whatOnnxRuntimeRefusesIsSaidAtOnce() {
    OnnxGraph noGraph = new OnnxGraph(new byte[] {1, 2, 3}, List.of());

    assertThatThrownBy(
            () ->
                new ModelSession(noGraph, model.positionTables(0), 1, Device.CPU, Golden.onCpu(1)))
        .isInstanceOf(InferenceException.class)
        .hasMessageStartingWith("ONNX Runtime cannot open the model: ");
  }
}
