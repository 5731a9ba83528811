package io.patchstream.inference;

import java.time.Duration;

/**
 * Who turns images into patches.
 *
 * @param threads threads that decode and resize, at least 1
 * @param loadThreads threads that bring images whose sources may wait long, as a download does; 0
 *     lets the decoding threads bring them. Each holds one encoded image until a decoding thread
 *     takes it
 * @param imageTimeout how long decoding and resizing one image may take, from 1 ms; an image that
 *     takes longer fails, {@link io.patchstream.image.ImageException.Reason#TOO_SLOW}
 */
public record DecodingOptions(int threads, int loadThreads, Duration imageTimeout) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public DecodingOptions {
    EngineOptions.atLeast(1, threads, "threads");
    EngineOptions.atLeast(0, loadThreads, "loadThreads");
    EngineOptions.atLeast(1, imageTimeout.toMillis(), "imageTimeout in ms");
  }
}
