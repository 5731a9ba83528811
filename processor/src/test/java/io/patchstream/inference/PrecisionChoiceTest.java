package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.image.Resolution.Mode;
import io.patchstream.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What needs no GPU of the choice for one, and lanes on the CPU in place of several GPUs. */
class PrecisionChoiceTest {

  private static Model model;

  @BeforeAll
  static void open() throws Exception {
    model = Model.open(Golden.HF_VIT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void halvesAreForGpus(RequestedPrecision half) {
    assertThatExceptionOfType(InferenceException.class)
        .isThrownBy(() -> open(half, Device.CPU))
        .withMessage(
            half.name().toLowerCase(Locale.ROOT)
                + " is for GPUs, and the model runs on a CPU here: set patchstream.precision to auto,"
                + " fp32 or int8.");
  }

  @Test
  void int8IsForCpus() {
    assertThatExceptionOfType(InferenceException.class)
        .isThrownBy(() -> open(RequestedPrecision.INT8, Device.cuda(0)))
        .withMessage(
            "int8 is for CPUs, and the model runs on a GPU here: set patchstream.precision to auto,"
                + " fp16, bf16 or fp32.");
  }

  @Test
  void twoLanesGiveWhatOneGives() throws Exception {
    List<Inference> one = classify(Device.CPU);
    List<Inference> two = classify(Device.CPU, Device.CPU);
    for (int i = 0; i < one.size(); i++) {
      assertThat(two.get(i).logits()).containsExactly(one.get(i).logits());
    }
  }

  private static List<Inference> classify(Device... lanes) throws Exception {
    try (Engine engine =
        Engine.open(model, Golden.images(Mode.FIXED), options(RequestedPrecision.FP32, lanes))) {
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().startsWith("patchstream-session-"))
          .hasSize(lanes.length);
      List<CompletableFuture<Inference>> submitted = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        submitted.add(engine.submit(PrecisionChoiceTest::picture));
      }
      return submitted.stream().map(CompletableFuture::join).toList();
    }
  }

  private static EncodedImage picture() throws IOException {
    return new EncodedImage(Files.readAllBytes(Golden.PICTURES.resolve("rgb_200x150.png")), null);
  }

  private static void open(RequestedPrecision precision, Device device) throws Exception {
    ProvenSession.open(model, Golden.images(Mode.FIXED), options(precision, device))
        .session()
        .close();
  }

  private static EngineOptions options(RequestedPrecision precision, Device... lanes)
      throws Exception {
    EngineOptions options = Golden.engine(1, Duration.ZERO, 20);
    return new EngineOptions(
        options.batches(),
        options.decoding(),
        new ComputeOptions(new Devices(List.of(lanes), Optional.empty()), precision, 1, 0, 1 << 20),
        options.topK(),
        options.maxImagesInFlight());
  }
}
