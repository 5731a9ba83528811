package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.patchstream.model.OnnxGraph.ElementType;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Optional;

/** What ONNX calls the types of tensors. */
final class ElementTypes {

  private ElementTypes() {}

  /** The type of a float tensor, as weights have it; empty for another. */
  static Optional<ElementType> ofWeight(int type) {
    return Optional.ofNullable(
        switch (of(type)) {
          case FLOAT -> ElementType.FLOAT32;
          case FLOAT16 -> ElementType.FLOAT16;
          case BFLOAT16 -> ElementType.BFLOAT16;
          default -> null;
        });
  }

  /** Whether the values are trained: floating point, or 8 bits that stand for such. */
  static boolean isTrained(int type) {
    return switch (of(type)) {
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT8, UINT8 -> true;
      default -> false;
    };
  }

  static DataType of(int type) {
    DataType known = DataType.forNumber(type);
    return known == null ? DataType.UNDEFINED : known;
  }

  /** What the shape of a tensor takes; -1 if an element has no fixed number of bytes. */
  static long bytes(TensorProto tensor) {
    int width =
        switch (of(tensor.getDataType())) {
          case BOOL, INT8, UINT8 -> 1;
          case INT16, UINT16, FLOAT16, BFLOAT16 -> 2;
          case INT32, UINT32, FLOAT -> 4;
          case INT64, UINT64, DOUBLE, COMPLEX64 -> 8;
          default -> -1;
        };
    return width < 0 ? -1 : saturated(width, elements(tensor));
  }

  /** The number of elements; as many as a long holds where there are more. */
  static long elements(TensorProto tensor) {
    long elements = 1;
    for (long dimension : tensor.getDimsList()) {
      elements = saturated(elements, Math.max(0, dimension));
    }
    return elements;
  }

  /** The values of a tensor of whole numbers; empty for another. */
  static long[] wholeNumbers(TensorProto tensor) {
    if (of(tensor.getDataType()) != DataType.INT64) {
      return new long[0];
    }
    if (!tensor.hasRawData()) {
      return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }
    LongBuffer numbers =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    long[] copy = new long[numbers.remaining()];
    numbers.get(copy);
    return copy;
  }

  private static long saturated(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
