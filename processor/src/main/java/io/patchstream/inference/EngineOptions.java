package io.patchstream.inference;

import java.time.Duration;
import java.util.Objects;

/**
 * How the engine forms batches and shares the cores.
 *
 * @param maxBatchSize images in one run of the session, at least 1
 * @param maxBatchTokens tokens in one run of the session (images times the tokens of their grid),
 *     at least 1; an image that has more runs alone
 * @param maxBatchDelay how long the oldest image of a batch waits for others, not negative; 0 runs
 *     what is there
 * @param topK classes in a result, at least 1; a model with fewer classes gives all of them
 * @param decodeThreads threads that turn images into patches, at least 1
 * @param loadThreads threads that bring images whose sources may wait long, as a download does; 0
 *     lets the decoding threads bring them. Each holds one encoded image until a decoding thread
 *     takes it
 * @param imageTimeout how long decoding and resizing one image may take, from 1 ms; an image that
 *     takes longer fails, {@link io.patchstream.image.ImageException.Reason#TOO_SLOW}
 * @param intraOpThreads threads of the session, at least 1
 * @param maxImagesInFlight the budget of {@link Engine#awaitCapacity}, at least 1
 * @param positionTableBytes bound of the cached position tables in bytes, not negative
 * @param precision what the model is computed in
 */
public record EngineOptions(
    int maxBatchSize,
    int maxBatchTokens,
    Duration maxBatchDelay,
    int topK,
    int decodeThreads,
    int loadThreads,
    Duration imageTimeout,
    int intraOpThreads,
    int maxImagesInFlight,
    long positionTableBytes,
    RequestedPrecision precision) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public EngineOptions {
    atLeast(1, maxBatchSize, "maxBatchSize");
    atLeast(1, maxBatchTokens, "maxBatchTokens");
    if (Objects.requireNonNull(maxBatchDelay).isNegative()) {
      throw new IllegalArgumentException("maxBatchDelay is not negative, but was " + maxBatchDelay);
    }
    atLeast(1, topK, "topK");
    atLeast(1, decodeThreads, "decodeThreads");
    atLeast(0, loadThreads, "loadThreads");
    atLeast(1, imageTimeout.toMillis(), "imageTimeout in ms");
    atLeast(1, intraOpThreads, "intraOpThreads");
    atLeast(1, maxImagesInFlight, "maxImagesInFlight");
    atLeast(0, positionTableBytes, "positionTableBytes");
    Objects.requireNonNull(precision);
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
        batch,
        4096,
        Duration.ofMillis(10),
        5,
        cores,
        0,
        Duration.ofSeconds(10),
        cores,
        imagesInFlight(batch, cores),
        64L << 20,
        RequestedPrecision.AUTO);
  }

  /** The same with so many loading threads, and a place in flight for each. */
  public EngineOptions withLoadThreads(int threads) {
    return new EngineOptions(
        maxBatchSize,
        maxBatchTokens,
        maxBatchDelay,
        topK,
        decodeThreads,
        threads,
        imageTimeout,
        intraOpThreads,
        maxImagesInFlight - loadThreads + threads,
        positionTableBytes,
        precision);
  }

  /** The same in another precision. */
  public EngineOptions withPrecision(RequestedPrecision other) {
    return new EngineOptions(
        maxBatchSize,
        maxBatchTokens,
        maxBatchDelay,
        topK,
        decodeThreads,
        loadThreads,
        imageTimeout,
        intraOpThreads,
        maxImagesInFlight,
        positionTableBytes,
        other);
  }

  /**
   * How many images keep an engine busy: two batches, one that runs and one that fills, and one
   * image for each decoding thread.
   */
  public static int imagesInFlight(int maxBatchSize, int decodeThreads) {
    return 2 * maxBatchSize + decodeThreads;
  }

  private static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
    }
  }
}
