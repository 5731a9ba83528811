package io.patchstream.model;

import java.util.Locale;

/** What a graph computes in. */
public enum Precision {

  /** Everything in float32. */
  FP32,

  /** The blocks in IEEE 754 halves (11 bits of precision, up to 65504), on a GPU. */
  FP16,

  /**
   * The blocks in bfloat16 (8 bits of precision, the range of float32), on a GPU; attention itself
   * in IEEE 754 halves.
   */
  BF16,

  /** The linear layers of the blocks in 8-bit integers, one image a run. */
  INT8,

  /**
   * As {@link #INT8}, but with weights of 7 bits. On an x86 CPU without VNNI two products of 8 bits
   * are added up in 16, which can overflow; with weights of 7 bits it cannot. On an emulated
   * Haswell three golden checkpoints are 25 % to 37 % away from float32 with 8 bits, and 2.5 % to 5
   * % with 7, as they are where there is VNNI.
   */
  INT8_NARROW;

  /** Whether numbers have 16 bits. */
  public boolean isHalf() {
    return this == FP16 || this == BF16;
  }

  /** As records name it: int8 is int8, however wide its weights are. */
  @Override
  public String toString() {
    return this == INT8_NARROW ? INT8.toString() : name().toLowerCase(Locale.ROOT);
  }
}
