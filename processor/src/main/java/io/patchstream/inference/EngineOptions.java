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

  /** Images of a batch that suit a CPU. */
  public static final int CPU_BATCH = 4;

  /** Images of a batch that suit a GPU; not measured yet. */
  public static final int CUDA_BATCH = 64;

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
   * <p>A lane for each core, of one thread: on two cores that is 1.3 times as fast as one lane of
   * two threads for a ViT-Ti/16 (fp32 103 to 137 img/s, int8 182 to 250) and 1.03 to 1.13 times for
   * a ViT-B/16 (fp32 12.0 to 12.4, int8 29 to 33), since nobody waits for another's part of an
   * operator. Batches of {@value #CPU_BATCH} images or 4096 tokens: four gain 4 % over one, eight
   * nothing more, and what a batch holds waits for all of it. A batch waits for nobody: it fills
   * while the lanes are busy, and the processor time of an image is the same at any delay
   * (ViT-Ti/16, images at random times: 13.2 to 14.5 ms), while at a quarter of capacity an image
   * takes 14 ms with no delay and 42 ms with 20 ms (p99 26 and 68), at three quarters 15 and 55 ms.
   * As many decoding threads as cores: an image takes them a tenth of its time or less, and the
   * system shares the cores fairly. Ten seconds an image, several times what the largest take.
   *
   * @param cores the cores that this process may use, as {@link Runtime#availableProcessors} tells
   *     them from the container's quota
   */
  public static EngineOptions defaults(int cores) {
    atLeast(1, cores, "cores");
    return new EngineOptions(
        new BatchOptions(CPU_BATCH, 4096, Duration.ZERO, false),
        new DecodingOptions(cores, 0, Duration.ofSeconds(10)),
        new ComputeOptions(
            Devices.CPU.withCpuLanes(cores), RequestedPrecision.AUTO, 1, 0, 64L << 20),
        5,
        imagesInFlight(CPU_BATCH, cores, cores));
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
   * How many images keep an engine busy: a batch that runs for each lane, one that fills, and one
   * image for each decoding thread.
   */
  public static int imagesInFlight(int maxBatchSize, int lanes, int decodeThreads) {
    return (lanes + 1) * maxBatchSize + decodeThreads;
  }

  static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
    }
  }
}
