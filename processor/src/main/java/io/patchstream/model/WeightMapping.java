package io.patchstream.model;

import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.FiniteValues;
import io.patchstream.model.tensors.TensorClaims;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * Which tensor of a file is which weight of a {@link Checkpoint}. A layout states all of them, then
 * maps them at once; every tensor's shape is held against what was stated.
 */
public final class WeightMapping {

  /** How one weight is had of its file, once the data of all tensors is: in one part, or more. */
  @FunctionalInterface
  private interface Source {
    List<Weight> map() throws IOException;
  }

  /**
   * ONNX Runtime widens constants while it loads them up to 2^30 bytes, larger ones in each run.
   */
  private static final int MAX_HALVES_BYTES = 1 << 29;

  private final TensorFile file;
  private final int maxBytes;
  private final TensorClaims claims;
  private final List<Source> sources = new ArrayList<>();
  private final Map<String, List<ByteBuffer>> data = new LinkedHashMap<>();
  private final Set<String> divisible = new HashSet<>();

  /** Nothing is stated yet. */
  public WeightMapping(TensorFile file) {
    this(file, Integer.MAX_VALUE);
  }

  /**
   * As above, with smaller buffers than there can be.
   *
   * @param maxBytes of one buffer
   */
  WeightMapping(TensorFile file, int maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.claims = new TensorClaims(file);
  }

  /** Whether the file has a tensor of that name. */
  public boolean has(String tensor) {
    return file.tensors().containsKey(tensor);
  }

  /**
   * A weight that the graph sees in the tensor's own shape. A linear layer's that is too large for
   * one buffer comes in several, by rows: {@code .weight.0}, {@code .weight.1} and so on.
   */
  public void tensor(String weight, String tensor, long... shape) {
    reshaped(weight, shape, tensor, shape);
    if (shape.length == 2 && weight.endsWith(".weight")) {
      divisible.add(tensor);
    }
  }

  /** A weight that the graph sees in another shape of as many elements. */
  public void reshaped(String weight, long[] shape, String tensor, long[] tensorShape) {
    claim(tensor, tensorShape);
    sources.add(() -> whole(weight, shape, tensor));
  }

  /** Weight [out, in] and bias [out] of a linear layer. */
  public void linear(String weight, String tensor, long out, long in) {
    linear(weight, tensor, out, in, true);
  }

  /** As {@link #linear}, of a layer that has a bias or not. */
  public void linear(String weight, String tensor, long out, long in, boolean bias) {
    tensor(weight + ".weight", tensor + ".weight", out, in);
    if (bias) {
      tensor(weight + ".bias", tensor + ".bias", out);
    }
  }

  /** Weight and bias of a LayerNorm, each [length]. */
  public void norm(String weight, String tensor, long length) {
    tensor(weight + ".weight", tensor + ".weight", length);
    tensor(weight + ".bias", tensor + ".bias", length);
  }

  /**
   * Several weights that lie in one tensor, one below the other, each [rows, ...].
   *
   * @param shape of each weight; the tensor has the first dimension as often as there are weights
   */
  public void stacked(List<String> weights, String tensor, long... shape) {
    long[] tensorShape = shape.clone();
    tensorShape[0] = Math.multiplyExact(shape[0], weights.size());
    claim(tensor, tensorShape);
    for (int i = 0; i < weights.size(); i++) {
      int part = i;
      sources.add(() -> List.of(part(weights.get(part), shape, tensor, part, weights.size())));
    }
  }

  /**
   * A small weight whose values are put into another order or shape; it is copied out of the file.
   *
   * @param order row-major values of the tensor to row-major values of the weight
   */
  public void reordered(
      String weight,
      long[] shape,
      String tensor,
      long[] tensorShape,
      UnaryOperator<float[]> order) {
    claim(tensor, tensorShape);
    sources.add(() -> List.of(copy(weight, shape, order.apply(file.floats(tensor)))));
  }

  /** A weight whose values stand in no tensor as they are. */
  public void values(String weight, float[] values, long... shape) {
    sources.add(() -> List.of(copy(weight, shape, values)));
  }

  /** A tensor that the layout reads itself and the graph does not see. */
  public void claim(String tensor, long... shape) {
    claims.claim(tensor, LongStream.of(shape).boxed().toList());
    data.put(tensor, null);
  }

  /** Tensors that do not change the result. */
  public void ignore(Predicate<String> tensors) {
    claims.ignore(tensors);
  }

  /**
   * Maps all weights into memory.
   *
   * @return by the names of {@link Checkpoint}
   * @throws TensorException naming the tensors that are missing, misshapen or unknown, or the one
   *     that holds NaN or infinite values
   * @throws IOException if mapping fails
   */
  public Map<String, Weight> map() throws IOException {
    claims.check();
    for (Map.Entry<String, List<ByteBuffer>> tensor : data.entrySet()) {
      TensorInfo info = file.tensors().get(tensor.getKey());
      tensor.setValue(mapped(info));
      for (ByteBuffer part : tensor.getValue()) {
        FiniteValues.require(file, info, part);
      }
    }
    Map<String, Weight> weights = new LinkedHashMap<>();
    for (Source source : sources) {
      for (Weight weight : source.map()) {
        weights.put(weight.name(), weight);
      }
    }
    return weights;
  }

  /** The data of a tensor in one buffer, or where that is too much in several of whole rows. */
  private List<ByteBuffer> mapped(TensorInfo info) throws IOException {
    int limit = info.type() == Dtype.F32 ? maxBytes : Math.min(maxBytes, MAX_HALVES_BYTES);
    if (info.bytes() <= limit || !divisible.contains(info.name())) {
      return List.of(file.map(info));
    }
    long rowBytes = info.bytes() / info.shape().get(0);
    long most = Math.max(1, limit / rowBytes) * rowBytes;
    List<ByteBuffer> parts = new ArrayList<>();
    for (long from = 0; from < info.bytes(); from += most) {
      parts.add(file.map(info, from, (int) Math.min(most, info.bytes() - from)));
    }
    return parts;
  }

  private List<Weight> whole(String weight, long[] shape, String tensor) {
    List<ByteBuffer> parts = data.get(tensor);
    if (parts.size() == 1) {
      return List.of(new Weight(weight, elementType(tensor), shape, parts.get(0)));
    }
    long rowBytes = file.tensors().get(tensor).bytes() / shape[0];
    List<Weight> weights = new ArrayList<>();
    for (ByteBuffer part : parts) {
      long[] rows = {part.remaining() / rowBytes, shape[1]};
      weights.add(new Weight(weight + "." + weights.size(), elementType(tensor), rows, part));
    }
    return weights;
  }

  private Weight part(String weight, long[] shape, String tensor, int part, int parts) {
    ByteBuffer all = data.get(tensor).get(0);
    int bytes = all.remaining() / parts;
    ByteBuffer slice = all.slice(part * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new Weight(weight, elementType(tensor), shape, slice);
  }

  private static Weight copy(String weight, long[] shape, float[] values) {
    ByteBuffer data =
        ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Weight(weight, ElementType.FLOAT32, shape, data);
  }

  private ElementType elementType(String tensor) {
    return switch (file.tensors().get(tensor).type()) {
      case F32 -> ElementType.FLOAT32;
      case F16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
      default -> throw new IllegalStateException(tensor + " was claimed as floating point");
    };
  }
}
