package io.patchstream.inference;

/** What an image goes through in the engine. */
public enum Stage {

  /** Its source brings it: an event is read, and its content fetched where that lies elsewhere. */
  FETCH,

  /** Encoded bytes become patches in a batch. */
  DECODE,

  /** It waits: for a thread, for a place in a batch, for its batch to leave and for a session. */
  QUEUE,

  /** The run of the model that its batch goes through. */
  INFERENCE;

  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  /** Counts nanoseconds in the classes that all stages have, also those outside of the engine. */
  public static Histogram.Counter counter() {
    return Histogram.Counter.ofSeconds(SECONDS);
  }
}
