package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The distribution's bill of materials names all that is in it, and nothing else. */
class SbomIT {

  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("patchstream.distribution", "../processor/target/patchstream"));
  private static final Path LIB = DISTRIBUTION.resolve("lib");

  /** A jar that was merged into another leaves its coordinates there. */
  private static final Pattern MERGED =
      Pattern.compile("META-INF/maven/(io\\.confluent)/([^/]+)/pom\\.properties");

  private static JsonNode sbom;

  @BeforeAll
  static void read() throws IOException {
    assumeFalse("offline=true".equals(System.getProperty("build.mode")), "offline: none is made");
    sbom = new ObjectMapper().readTree(DISTRIBUTION.resolve("sbom.json").toFile());
  }

  /** By the hash under which it was published, also where only parts of it are in here. */
  @Test
  void namesEveryJarByItsHash() throws Exception {
    Set<String> named = new TreeSet<>();
    for (JsonNode component : components()) {
      if (!component.path("group").asText().equals("io.confluent")) {
        named.add(sha256(component));
      }
    }
    Map<String, String> jars = hashes(list(LIB));
    // What the bill is of: it cannot hold its own hash, but names itself.
    assertThat(jars).containsKey(fileName(sbom.at("/metadata/component")));
    jars.remove(fileName(sbom.at("/metadata/component")));
    hashes(takenApart()).forEach(jars::put);

    assertThat(named).hasSizeGreaterThan(50).isEqualTo(new TreeSet<>(jars.values()));
  }

  /** Nothing is in them that was not published. */
  @Test
  void whatWasTakenApartIsAsItWasPublished() throws IOException {
    Map<String, Set<Long>> published = new HashMap<>();
    for (Path jar : classPath()) {
      checksums(jar).forEach((name, sum) -> add(published, name, sum));
      // Natives lie side by side, without their folders; one has lost its version.
      checksums(jar)
          .forEach(
              (name, sum) ->
                  add(published, name.replaceAll("^.*/|(?<=zstd-jni).*(?=\\.so)", ""), sum));
    }
    for (Path jar : takenApart()) {
      if (Files.exists(LIB.resolve(jar.getFileName()))) {
        assertThat(checksums(LIB.resolve(jar.getFileName())))
            .hasSizeGreaterThan(50)
            .allSatisfy((name, sum) -> assertThat(published.get(name)).contains(sum));
      }
    }
    assertThat(list(DISTRIBUTION.resolve("native/linux-x86_64")))
        .hasSizeGreaterThan(5)
        .allSatisfy(
            file ->
                assertThat(published.get(file.getFileName().toString())).contains(checksum(file)));
  }

  @Test
  void namesTheJarsInsideTheRegistryClient() throws IOException {
    Set<String> named = new TreeSet<>();
    for (JsonNode component : components()) {
      if (component.path("group").asText().equals("io.confluent")) {
        assertThat(component.path("purl").asText())
            .isEqualTo(
                "pkg:maven/io.confluent/%s@%s?type=jar"
                    .formatted(component.get("name").asText(), component.get("version").asText()));
        assertThat(sha256(component)).matches("[0-9a-f]{64}");
        named.add(component.get("name").asText());
      }
    }
    assertThat(named).isNotEmpty().isEqualTo(mergedJars());
  }

  private static Iterable<JsonNode> components() {
    return sbom.get("components");
  }

  private static String fileName(JsonNode component) {
    return component.get("name").asText() + "-" + component.get("version").asText() + ".jar";
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.get("alg").asText().equals("SHA-256")) {
        return hash.get("content").asText();
      }
    }
    throw new AssertionError("no SHA-256: " + component);
  }

  /** The jars as they were published of which the distribution has parts only. */
  private static List<Path> takenApart() {
    return classPath().stream()
        .filter(
            jar ->
                jar.getFileName()
                    .toString()
                    .matches("onnxruntime-[0-9.]+\\.jar|(javacpp|leptonica)-.*-linux-x86_64\\.jar"))
        .toList();
  }

  private static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** The SHA-256 of each file by its name. */
  private static Map<String, String> hashes(List<Path> files) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      hashes.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
    }
    return hashes;
  }

  /** The CRC-32 of each file in a jar by its name. */
  private static Map<String, Long> checksums(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .collect(Collectors.toMap(JarEntry::getName, JarEntry::getCrc));
    }
  }

  private static long checksum(Path file) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(Files.readAllBytes(file));
    return checksum.getValue();
  }

  private static void add(Map<String, Set<Long>> sums, String name, long sum) {
    sums.computeIfAbsent(name, key -> new HashSet<>()).add(sum);
  }

  private static Set<String> mergedJars() throws IOException {
    Path client =
        list(LIB).stream()
            .filter(file -> file.getFileName().toString().startsWith("patchstream-registry-client"))
            .findFirst()
            .orElseThrow();
    try (JarFile jar = new JarFile(client.toFile())) {
      return jar.stream()
          .map(JarEntry::getName)
          .map(MERGED::matcher)
          .filter(Matcher::matches)
          .map(entry -> entry.group(2))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
