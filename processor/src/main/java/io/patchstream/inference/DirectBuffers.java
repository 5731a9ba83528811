package io.patchstream.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Memory outside the heap, which ONNX Runtime reads and writes in place. */
final class DirectBuffers {

  private DirectBuffers() {}

  /**
   * Zeroed floats in native order.
   *
   * @throws ArithmeticException if they do not fit into 2^31-1 bytes
   */
  static FloatBuffer floats(int count) {
    return bytes(Math.multiplyExact(count, Float.BYTES)).asFloatBuffer();
  }

  /**
   * Zeroed whole numbers in native order.
   *
   * @throws ArithmeticException if they do not fit into 2^31-1 bytes
   */
  static IntBuffer ints(int count) {
    return bytes(Math.multiplyExact(count, Integer.BYTES)).asIntBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }
}
