package io.patchstream.inference;

import java.time.Duration;
import java.util.Objects;

/**
 * When a batch leaves.
 *
 * @param maxSize images in one run of the session, at least 1
 * @param maxTokens tokens in one run of the session (of each image its patches and prefix tokens),
 *     at least 1; an image that has more runs alone
 * @param maxDelay how long the oldest image of a batch waits for others, not negative; 0 runs what
 *     is there once a lane is free
 * @param deterministic whether an image has the same bytes for an answer each time, whatever comes
 *     beside it: every run then has one shape
 */
public record BatchOptions(int maxSize, int maxTokens, Duration maxDelay, boolean deterministic) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public BatchOptions {
    EngineOptions.atLeast(1, maxSize, "maxSize");
    EngineOptions.atLeast(1, maxTokens, "maxTokens");
    if (Objects.requireNonNull(maxDelay).isNegative()) {
      throw new IllegalArgumentException("maxDelay is not negative, but was " + maxDelay);
    }
  }

  /** How many images of so many tokens each a batch holds, at least 1. */
  int imagesOf(int tokens) {
    return deterministic ? 1 : Math.max(1, Math.min(maxSize, maxTokens / tokens));
  }
}
