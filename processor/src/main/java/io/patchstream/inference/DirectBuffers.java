package io.patchstream.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Memory outside the heap, which ONNX Runtime reads and writes in place. */
final class DirectBuffers {

  private DirectBuffers() {}

  /**
   * Zeroed floats in native order.
   *
   * @throws ArithmeticException if they do not fit into 2^31-1 bytes
   */
  static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
