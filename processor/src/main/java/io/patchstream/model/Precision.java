package io.patchstream.model;

import java.util.Locale;

/** What a graph computes in. */
public enum Precision {

  /** Everything in float32. */
  FP32,

  /** The linear layers of the blocks in 8-bit integers, one image a run. */
  INT8,

  /**
   * As {@link #INT8}, but with weights of 7 bits. On an x86 CPU without VNNI two products of 8 bits
   * are added up in 16, which can overflow; with weights of 7 bits it cannot. On an emulated
   * Haswell three golden checkpoints are 25 % to 37 % away from float32 with 8 bits, and 2.5 % to 5
   * % with 7, as they are where there is VNNI.
   */
  INT8_NARROW;

  /** As records name it: int8 is int8, however wide its weights are. */
  @Override
  public String toString() {
    return this == FP32 ? name().toLowerCase(Locale.ROOT) : "int8";
  }
}
