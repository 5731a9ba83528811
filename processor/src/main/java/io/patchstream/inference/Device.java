package io.patchstream.inference;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a session computes on.
 *
 * @param kind CPU or GPU
 * @param index which of several, from 0; 0 for the CPU
 */
public record Device(Kind kind, int index) {

  /** Whose instructions it understands. */
  public enum Kind {
    CPU,
    CUDA
  }

  /** The cores of this machine. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern CUDA_NAME = Pattern.compile("cuda(:(\\d{1,3}))?");

  /**
   * Checks the index.
   *
   * @throws IllegalArgumentException if there can be no such device
   */
  public Device {
    if (index < 0 || kind == Kind.CPU && index > 0) {
      throw new IllegalArgumentException("there is no " + kind + " of number " + index);
    }
  }

  /** An NVIDIA GPU, as CUDA counts them (and {@code CUDA_VISIBLE_DEVICES} hides them). */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * By its name: {@code cpu}, {@code cuda} for the first GPU, or {@code cuda:1}.
   *
   * @throws IllegalArgumentException for any other
   */
  public static Device named(String name) {
    if (name.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA_NAME.matcher(name);
    if (!cuda.matches()) {
      throw new IllegalArgumentException("a device is cpu, cuda or cuda:N, not " + name);
    }
    return cuda(cuda.group(2) == null ? 0 : Integer.parseInt(cuda.group(2)));
  }

  /** The name. */
  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + index;
  }
}
