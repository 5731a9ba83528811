package io.patchstream.model;

import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.safetensors.SafetensorsException;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.TensorClaims;
import io.patchstream.model.safetensors.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Which tensor of a file is which weight of a {@link Checkpoint}. A family states all of them, then
 * maps them at once; every tensor's shape is held against what was stated.
 */
public final class WeightMapping {

  private record Entry(String weight, String tensor, long[] shape) {}

  private final SafetensorsFile file;
  private final TensorClaims claims;
  private final List<Entry> entries = new ArrayList<>();

  /** Nothing is stated yet. */
  public WeightMapping(SafetensorsFile file) {
    this.file = file;
    this.claims = new TensorClaims(file);
  }

  /** A weight that the graph sees in the tensor's own shape. */
  public void tensor(String weight, String tensor, long... shape) {
    reshaped(weight, shape, tensor, shape);
  }

  /** A weight that the graph sees in another shape of as many elements. */
  public void reshaped(String weight, long[] shape, String tensor, long[] tensorShape) {
    claim(tensor, tensorShape);
    entries.add(new Entry(weight, tensor, shape));
  }

  /** Weight [out, in] and bias [out] of a linear layer. */
  public void linear(String weight, String tensor, long out, long in) {
    tensor(weight + ".weight", tensor + ".weight", out, in);
    tensor(weight + ".bias", tensor + ".bias", out);
  }

  /** Weight and bias of a LayerNorm, each [length]. */
  public void norm(String weight, String tensor, long length) {
    tensor(weight + ".weight", tensor + ".weight", length);
    tensor(weight + ".bias", tensor + ".bias", length);
  }

  /** A tensor that the family reads itself and the graph does not see. */
  public void claim(String tensor, long... shape) {
    claims.claim(tensor, LongStream.of(shape).boxed().toList());
  }

  /** Tensors that do not change the result. */
  public void ignore(Predicate<String> tensors) {
    claims.ignore(tensors);
  }

  /**
   * Maps all weights into memory.
   *
   * @return by the names of {@link Checkpoint}
   * @throws SafetensorsException naming the tensors that are missing, misshapen or unknown
   * @throws IOException if mapping fails
   */
  public Map<String, Weight> map() throws IOException {
    claims.check();
    Map<String, Weight> weights = new LinkedHashMap<>();
    for (Entry entry : entries) {
      TensorInfo tensor = file.tensors().get(entry.tensor());
      weights.put(
          entry.weight(),
          new Weight(entry.weight(), elementType(tensor), entry.shape(), file.map(tensor)));
    }
    return weights;
  }

  private static ElementType elementType(TensorInfo tensor) {
    return switch (tensor.type()) {
      case F32 -> ElementType.FLOAT32;
      case F16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
      default -> throw new IllegalStateException(tensor + " was claimed as floating point");
    };
  }
}
