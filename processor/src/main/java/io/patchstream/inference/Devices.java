package io.patchstream.inference;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The devices of an engine, a lane for each; all are of one kind.
 *
 * @param lanes at least one; a device that stands here twice has two lanes
 * @param whyNoCuda where the choice was free and fell on the CPU: why, and what to do about it
 */
public record Devices(List<Device> lanes, Optional<String> whyNoCuda) {

  /** One lane on the CPU. */
  public static final Devices CPU = new Devices(List.of(Device.CPU), Optional.empty());

  private static final String AUTO = "auto";

  /**
   * Checks the list.
   *
   * @throws IllegalArgumentException if it is empty or mixes kinds
   */
  public Devices {
    lanes = List.copyOf(lanes);
    if (lanes.stream().map(Device::kind).distinct().count() != 1) {
      throw new IllegalArgumentException("devices are at least one, all of one kind, not " + lanes);
    }
  }

  /**
   * Those that are asked for, each tried by a graph of one node; {@code auto} takes the first CUDA
   * device where that computes, and the CPU otherwise.
   *
   * @param names as {@link Device#named} knows them, or {@code auto} alone
   * @throws InferenceException if CUDA is asked for by name and cannot be had; the message says why
   *     and what to do
   * @throws IllegalArgumentException for other names, or devices of two kinds
   */
  public static Devices select(List<String> names) throws InferenceException {
    if (names.equals(List.of(AUTO))) {
      Optional<String> whyNot = CudaCheck.whyNot(0);
      return new Devices(List.of(whyNot.isPresent() ? Device.CPU : Device.cuda(0)), whyNot);
    }
    Devices asked = new Devices(names.stream().map(Device::named).toList(), Optional.empty());
    for (Device device : new LinkedHashSet<>(asked.lanes)) {
      if (device.kind() == Device.Kind.CUDA) {
        requireCuda(device);
      }
    }
    return asked;
  }

  private static void requireCuda(Device device) throws InferenceException {
    Optional<String> whyNot = CudaCheck.whyNot(device.index());
    if (whyNot.isPresent()) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "%s cannot be used: %s. Or set patchstream.device=cpu.".formatted(device, whyNot.get()),
          null);
    }
  }

  /** On the CPU so many lanes, which share a session; on GPUs those that there are. */
  public Devices withCpuLanes(int count) {
    return kind() == Device.Kind.CPU
        ? new Devices(Collections.nCopies(count, Device.CPU), whyNoCuda)
        : this;
  }

  /** What all of them are. */
  public Device.Kind kind() {
    return lanes.get(0).kind();
  }

  /** Whether this program could use CUDA, but not on this machine as it is. */
  public boolean missCuda() {
    return whyNoCuda.isPresent() && CudaCheck.isInThisBuild();
  }

  /** For a log: {@code cuda:0, cuda:1}, or {@code cpu} and why no CUDA. */
  @Override
  public String toString() {
    String names =
        kind() == Device.Kind.CPU
            ? Device.CPU.toString()
            : lanes.stream().map(Device::toString).collect(Collectors.joining(", "));
    return names + whyNoCuda.map(" (no CUDA: %s)"::formatted).orElse("");
  }
}
