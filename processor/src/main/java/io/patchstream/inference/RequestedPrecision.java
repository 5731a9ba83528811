package io.patchstream.inference;

/** What the engine is asked to compute in. */
public enum RequestedPrecision {
  /** What suits the device. On a CPU that is {@link #FP32}: the logits that were published. */
  AUTO,
  /** float32. */
  FP32,
  /** 8-bit integers in the linear layers of the blocks, proven against float32 at start. */
  INT8
}
