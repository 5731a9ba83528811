package io.patchstream.inference;

import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import java.nio.file.Path;
import java.time.Duration;

/** The tiny Hugging Face ViT that reference code has run, and how it is run here. */
final class Golden {

  static final Path HF_VIT = Path.of("src/test/resources/golden/hf_vit");
  static final Path CASES = HF_VIT.resolve("cases.safetensors");
  static final Path PICTURES = Path.of("src/test/resources/golden/preprocess/images");
  static final int PATCH_SIZE = 8;

  private Golden() {}

  static ImageOptions images(Resolution.Mode mode) throws Exception {
    return new ImageOptions(
        Preprocessing.read(HF_VIT),
        PATCH_SIZE,
        new Resolution(mode, 1000),
        new ImageLimits(1 << 20, 1 << 20),
        true);
  }

  /** Two decoding threads, and as many session threads. */
  static EngineOptions engine(int maxBatchSize, Duration maxBatchDelay, int maxImagesInFlight) {
    return new EngineOptions(
        new BatchOptions(maxBatchSize, 4096, maxBatchDelay, false),
        new DecodingOptions(2, 0, Duration.ofSeconds(10)),
        onCpu(2),
        5,
        maxImagesInFlight);
  }

  /** In float32. */
  static ComputeOptions onCpu(int threads) {
    return new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, threads, 0, 1 << 20);
  }
}
