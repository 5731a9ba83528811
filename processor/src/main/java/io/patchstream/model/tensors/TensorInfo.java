package io.patchstream.model.tensors;

import java.util.List;

/**
 * Where one tensor lies in its file and what it is, as the header says; checked when the file was
 * opened.
 *
 * @param name the tensor's name, unique in the file
 * @param type element type
 * @param shape dimensions, outermost first; empty for a scalar
 * @param offset of the first byte, counted from the beginning of the file
 * @param bytes the product of the shape times the size of an element
 */
public record TensorInfo(String name, Dtype type, List<Long> shape, long offset, long bytes) {

  /** Keeps its own copy of the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** The number of elements. */
  public long elements() {
    return bytes / type.bytes();
  }
}
