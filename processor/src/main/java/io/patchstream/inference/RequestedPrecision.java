package io.patchstream.inference;

/** What the engine is asked to compute in. */
public enum RequestedPrecision {
  /**
   * What suits device and model. On a CPU that is {@link #FP32}: the logits that were published. On
   * a GPU it is {@link #FP16}, if that proves to be near enough.
   */
  AUTO,
  /** float32. */
  FP32,
  /** IEEE 754 halves, on a GPU, proven against float32 at start. */
  FP16,
  /** bfloat16, on a GPU, proven against float32 at start. */
  BF16,
  /**
   * 8-bit integers in the linear layers of the blocks, on a CPU, proven against float32 at start.
   */
  INT8
}
