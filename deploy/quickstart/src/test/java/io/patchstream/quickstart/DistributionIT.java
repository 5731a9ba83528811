package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the production distribution holds, and what the quickstart adds. */
class DistributionIT {

  private static final Path PRODUCTION =
      Path.of(System.getProperty("patchstream.distribution"), "lib");
  private static final Path QUICKSTART =
      Path.of(System.getProperty("patchstream.quickstart"), "lib");

  @Test
  void onlyTheQuickstartHoldsABroker() throws IOException {
    assertThat(jarsWith("kafka/server/KafkaRaftServer.class", QUICKSTART)).hasSize(1);
    assertThat(jarsWith("kafka/server/KafkaRaftServer.class", PRODUCTION)).isEmpty();
    assertThat(jarsWith("scala/Option.class", PRODUCTION)).isEmpty();
  }

  @Test
  void theQuickstartHoldsNoJarOfTheDistribution() throws IOException {
    Set<String> both = new TreeSet<>(names(QUICKSTART));
    both.retainAll(names(PRODUCTION));

    assertThat(both).isEmpty();
  }

  /** ONNX Runtime's natives would be unpacked at each start, and would stay after a kill. */
  @Test
  void nativesOfServersLieUnpackedAndOnlyThere() throws IOException {
    Path natives = PRODUCTION.resolveSibling("native/linux-x86_64");

    assertThat(natives.resolve("libonnxruntime.so")).exists();
    assertThat(natives.resolve("libjnileptonica.so")).exists();
    assertThat(jarsWith("ai/onnxruntime/native/linux-x64/libonnxruntime.so", PRODUCTION)).isEmpty();
    assertThat(jarsWith("org/bytedeco/leptonica/linux-x86_64/libjnileptonica.so", PRODUCTION))
        .isEmpty();
    // Those of other platforms unpack themselves.
    assertThat(jarsWith("ai/onnxruntime/native/linux-aarch64/libonnxruntime.so", PRODUCTION))
        .hasSize(1);
    assertThat(jarsWith("org/bytedeco/leptonica/linux-arm64/libjnileptonica.so", PRODUCTION))
        .hasSize(1);
  }

  private static List<Path> jarsWith(String entry, Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : jars(folder)) {
      try (JarFile jar = new JarFile(file.toFile())) {
        if (jar.getEntry(entry) != null) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static Set<String> names(Path folder) throws IOException {
    return jars(folder).stream()
        .map(jar -> jar.getFileName().toString())
        .collect(Collectors.toSet());
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
