package io.patchstream.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How a CPU multiplies 8-bit integers, as ONNX Runtime uses it. */
enum Int8Support {

  /** With instructions for it, exactly: VNNI on x86, dot products on ARM. */
  FAST,

  /** Exactly, but with no instruction for it: ARM without dot products. */
  SLOW,

  /**
   * With instructions that add up two products of 8 bits in 16, which can overflow: x86 without
   * VNNI.
   */
  SATURATING;

  private static final List<String> X86_FLAGS = List.of("avx512_vnni", "avx_vnni");
  private static final String ARM_FLAG = "asimddp";

  /** That of this machine; what cannot be found out counts as the lesser. */
  static Int8Support ofThisCpu() {
    return of(
        System.getProperty("os.name"), System.getProperty("os.arch"), Path.of("/proc/cpuinfo"));
  }

  /**
   * As the operating system tells it.
   *
   * @param os the system property {@code os.name}
   * @param arch the system property {@code os.arch}
   * @param cpuinfo where Linux lists what a CPU can do
   */
  static Int8Support of(String os, String arch, Path cpuinfo) {
    if (arch.equals("aarch64")) {
      // Every Apple M has dot products.
      return os.startsWith("Mac") || hasFlag(cpuinfo, List.of(ARM_FLAG)) ? FAST : SLOW;
    }
    return hasFlag(cpuinfo, X86_FLAGS) ? FAST : SATURATING;
  }

  private static boolean hasFlag(Path cpuinfo, List<String> flags) {
    try {
      return Files.readAllLines(cpuinfo, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .anyMatch(line -> Arrays.stream(line.split("\\s+")).anyMatch(flags::contains));
    } catch (IOException e) {
      return false; // no Linux
    }
  }
}
