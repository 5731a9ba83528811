package io.patchstream.model.tensors;

import java.nio.ShortBuffer;

/** Widens 16-bit floats to 32 bits, exactly. (Java has {@code Float.float16ToFloat} from 20 on.) */
public final class HalfPrecision {

  /** 2^-24, the value of a subnormal's last bit. */
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  private HalfPrecision() {}

  /** IEEE 754 binary16. */
  public static float[] widenFloat16(ShortBuffer halves) {
    float[] floats = new float[halves.remaining()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = float16(halves.get());
    }
    return floats;
  }

  /** The upper half of a float32. */
  public static float[] widenBfloat16(ShortBuffer halves) {
    float[] floats = new float[halves.remaining()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(halves.get() << 16);
    }
    return floats;
  }

  /** IEEE 754 binary16: one bit sign, five bits exponent (bias 15), ten bits fraction. */
  private static float float16(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * SUBNORMAL_UNIT;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wideExponent = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
  }
}
