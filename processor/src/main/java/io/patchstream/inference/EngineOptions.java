package io.patchstream.inference;

import java.time.Duration;
import java.util.Objects;

/**
 * How the engine forms batches, computes them and shares the cores.
 *
 * @param batches when a batch leaves
 * @param decoding who turns images into patches
 * @param compute what the model is computed on and in
 * @param topK classes in a result, at least 1; a model with fewer classes gives all of them
 * @param maxImagesInFlight the budget of {@link Engine#awaitCapacity}, at least 1
 */
public record EngineOptions(
    BatchOptions batches,
    DecodingOptions decoding,
    ComputeOptions compute,
    int topK,
    int maxImagesInFlight) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public EngineOptions {
    Objects.requireNonNull(batches);
    Objects.requireNonNull(decoding);
    Objects.requireNonNull(compute);
    atLeast(1, topK, "topK");
    atLeast(1, maxImagesInFlight, "maxImagesInFlight");
  }

  /**
   * What suits a CPU.
   *
   * <p>Batches of 8 images or 4096 tokens: on a CPU a larger batch gains less than 10 %, and costs
   * latency and memory. A delay of 10 ms, a tenth of what a ViT-B takes for one image on two cores.
   * As many decoding threads as cores, and as many session threads: neither spins, so whichever has
   * work takes the cores. Ten seconds an image, several times what the largest take.
   *
   * @param cores the cores that this process may use, as {@link Runtime#availableProcessors} tells
   *     them from the container's quota
   */
  public static EngineOptions defaults(int cores) {
    atLeast(1, cores, "cores");
    int batch = 8;
    return new EngineOptions(
        new BatchOptions(batch, 4096, Duration.ofMillis(10), false),
        new DecodingOptions(cores, 0, Duration.ofSeconds(10)),
        new ComputeOptions(Devices.CPU, RequestedPrecision.AUTO, cores, 0, 64L << 20),
        5,
        imagesInFlight(batch, cores));
  }

  /** The same with so many loading threads, and a place in flight for each. */
  public EngineOptions withLoadThreads(int threads) {
    return new EngineOptions(
        batches,
        new DecodingOptions(decoding.threads(), threads, decoding.imageTimeout()),
        compute,
        topK,
        maxImagesInFlight - decoding.loadThreads() + threads);
  }

  /** The same in another precision. */
  public EngineOptions withPrecision(RequestedPrecision other) {
    return new EngineOptions(batches, decoding, compute.with(other), topK, maxImagesInFlight);
  }

  /**
   * How many images keep an engine busy: two batches, one that runs and one that fills, and one
   * image for each decoding thread.
   */
  public static int imagesInFlight(int maxBatchSize, int decodeThreads) {
    return 2 * maxBatchSize + decodeThreads;
  }

  static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
    }
  }
}
