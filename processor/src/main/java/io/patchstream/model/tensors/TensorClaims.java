package io.patchstream.model.tensors;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Takes the tensors that a reader needs out of a file one by one, and says in the end, in one
 * error, which were missing or misshapen and which nobody asked for.
 */
public final class TensorClaims {

  private static final Set<Dtype> FLOATS = Set.of(Dtype.F32, Dtype.F16, Dtype.BF16);

  /** A message names at most so many tensors of a kind. */
  private static final int NAMED = 10;

  private final TensorFile file;
  private final List<String> missing = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> unclaimed;

  /** Nothing is claimed yet. */
  public TensorClaims(TensorFile file) {
    this.file = file;
    this.unclaimed = new TreeSet<>(file.tensors().keySet());
  }

  /**
   * Claims a floating-point tensor. What is wrong with it is kept for {@link #check}.
   *
   * @param name the tensor's name
   * @param shape the dimensions that it must have
   */
  public void claim(String name, List<Long> shape) {
    TensorInfo tensor = file.tensors().get(name);
    unclaimed.remove(name);
    if (tensor == null) {
      missing.add(name);
    } else if (!tensor.shape().equals(shape)) {
      wrong.add("%s has the shape %s instead of %s".formatted(name, tensor.shape(), shape));
    } else if (!FLOATS.contains(tensor.type())) {
      wrong.add("%s is %s, where F32, F16 or BF16 is expected".formatted(name, tensor.type()));
    }
  }

  /** Leaves aside tensors that do not change the result. */
  public void ignore(Predicate<String> names) {
    unclaimed.removeIf(names);
  }

  /**
   * Throws if a claim failed or a tensor was neither claimed nor ignored.
   *
   * @throws TensorException naming the file and the tensors
   */
  public void check() throws TensorException {
    List<String> complaints = new ArrayList<>();
    if (!missing.isEmpty()) {
      complaints.add("missing: " + some(missing));
    }
    if (!wrong.isEmpty()) {
      complaints.add("not as expected: " + some(wrong));
    }
    if (!unclaimed.isEmpty()) {
      complaints.add("unknown, and they may change the result: " + some(List.copyOf(unclaimed)));
    }
    if (!complaints.isEmpty()) {
      throw new TensorException(
          file.path() + ": tensors are " + String.join("; tensors are ", complaints));
    }
  }

  private static String some(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() <= NAMED ? shown : shown + " and " + (names.size() - NAMED) + " more";
  }
}
