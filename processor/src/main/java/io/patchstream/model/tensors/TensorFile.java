package io.patchstream.model.tensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Named tensors, as a framework saved them, whatever the file format. */
public interface TensorFile extends Closeable {

  /** What messages name: the file, or the index of several. */
  Path path();

  /** All tensors by name, in the file's order. */
  Map<String, TensorInfo> tensors();

  /**
   * The data of one tensor: direct, little-endian, row-major. It outlives this object.
   *
   * @throws TensorException if the tensor is too large for one buffer of 2<sup>31</sup>-1 bytes
   * @throws IOException if it cannot be had
   */
  default ByteBuffer map(TensorInfo tensor) throws IOException {
    if (tensor.bytes() > Integer.MAX_VALUE) {
      throw new TensorException(
          "%s: tensor \"%s\" has %d bytes, more than the %d that one of its kind may have"
              .formatted(path(), tensor.name(), tensor.bytes(), Integer.MAX_VALUE));
    }
    return map(tensor, 0, (int) tensor.bytes());
  }

  /**
   * A part of the data of one tensor, as {@link #map(TensorInfo)} gives all of it.
   *
   * @param from the part's first byte, counted from the tensor's
   * @param bytes length of the part
   * @throws IOException if it cannot be had
   */
  ByteBuffer map(TensorInfo tensor, long from, int bytes) throws IOException;

  /**
   * One tensor.
   *
   * @throws TensorException if there is none of that name
   */
  default TensorInfo tensor(String name) throws TensorException {
    TensorInfo tensor = tensors().get(name);
    if (tensor == null) {
      throw new TensorException(path() + ": there is no tensor \"" + name + "\"");
    }
    return tensor;
  }

  /**
   * The dimensions of a tensor that says how large a model is.
   *
   * @param rank how many it must have
   * @throws TensorException if there is no such tensor, or it has another rank or a dimension that
   *     is not within 1 and 2<sup>31</sup>-1
   */
  default int[] shape(String name, int rank) throws TensorException {
    List<Long> shape = tensor(name).shape();
    if (shape.size() != rank || shape.stream().anyMatch(d -> d < 1 || d > Integer.MAX_VALUE)) {
      throw new TensorException(
          "%s: tensor \"%s\" has the shape %s, where %d dimensions are expected"
              .formatted(path(), name, shape, rank));
    }
    return shape.stream().mapToInt(Long::intValue).toArray();
  }

  /** How many tensors there are of the names {@code before + 0 + after}, 1, 2 and so on. */
  default int count(String before, String after) {
    int count = 0;
    while (tensors().containsKey(before + count + after)) {
      count++;
    }
    return count;
  }

  /**
   * Reads one tensor as float, row-major; halves are widened without loss.
   *
   * @throws TensorException if there is no such tensor, or it is not F32, F16 or BF16
   * @throws IOException if reading fails
   */
  default float[] floats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    return switch (tensor.type()) {
      case F32 -> {
        float[] values = new float[(int) tensor.elements()];
        map(tensor).asFloatBuffer().get(values);
        yield values;
      }
      case F16 -> HalfPrecision.widenFloat16(map(tensor).asShortBuffer());
      case BF16 -> HalfPrecision.widenBfloat16(map(tensor).asShortBuffer());
      default ->
          throw new TensorException(
              "%s: tensor \"%s\" is %s, where F32, F16 or BF16 is expected"
                  .formatted(path(), name, tensor.type()));
    };
  }
}
