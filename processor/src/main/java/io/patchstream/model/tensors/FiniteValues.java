package io.patchstream.model.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Refuses tensors that hold NaN or infinite values: a run would give NaN to every image, long after
 * the start. Looks at eight bytes at a time, so that it costs a fraction of opening a session.
 */
public final class FiniteValues {

  private static final int BLOCK_BYTES = 1 << 16;

  private FiniteValues() {}

  /**
   * Looks at all values of a tensor.
   *
   * @param data the tensor's, little-endian; its position is left alone
   * @throws TensorException naming file and tensor, if one value is not finite
   */
  public static void require(TensorFile file, TensorInfo tensor, ByteBuffer data)
      throws TensorException {
    if (!finite(tensor.type(), data.duplicate().order(ByteOrder.LITTLE_ENDIAN))) {
      throw new TensorException(
          "%s: tensor \"%s\" holds values that are NaN or infinite: the file is damaged, or the"
                  .formatted(file.path(), tensor.name())
              + " training diverged; copy it again from where the model was published.");
    }
  }

  private static boolean finite(Dtype type, ByteBuffer data) {
    return switch (type) {
      case F32 -> finite(data, 0x7f800000_7f800000L, 0x00800000_00800000L);
      case F16 -> finite(data, 0x7c00_7c00_7c00_7c00L, 0x0400_0400_0400_0400L);
      case BF16 -> finite(data, 0x7f80_7f80_7f80_7f80L, 0x0080_0080_0080_0080L);
      default -> true;
    };
  }

  /**
   * Whether no value has all bits of its exponent set.
   *
   * @param exponents the exponent bits of each value in a long
   * @param carry the lowest of them: where all are set, adding it sets the sign bit
   */
  private static boolean finite(ByteBuffer data, long exponents, long carry) {
    long signs = exponents + carry;
    while (data.remaining() >= Long.BYTES) {
      int end = data.position() + Math.min(BLOCK_BYTES, data.remaining() & -Long.BYTES);
      long seen = 0;
      for (int i = data.position(); i < end; i += Long.BYTES) {
        seen |= (data.getLong(i) & exponents) + carry;
      }
      if ((seen & signs) != 0) {
        return false;
      }
      data.position(end);
    }
    long rest = 0;
    for (int shift = 0; data.hasRemaining(); shift += Byte.SIZE) {
      rest |= (data.get() & 0xffL) << shift;
    }
    return ((rest & exponents) + carry & signs) == 0;
  }
}
