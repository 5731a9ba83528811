package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
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

  @Test
  void namesEveryJarByItsHash() throws Exception {
    Set<String> named = new TreeSet<>();
    for (JsonNode component : components()) {
      if (!component.path("group").asText().equals("io.confluent")) {
        named.add(sha256(component));
      }
    }
    Map<String, String> jars = jars();
    // What the bill is of: it cannot hold its own hash, but names itself.
    assertThat(jars).containsKey(fileName(sbom.at("/metadata/component")));
    jars.remove(fileName(sbom.at("/metadata/component")));

    assertThat(named).hasSizeGreaterThan(50).isEqualTo(new TreeSet<>(jars.values()));
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

  /** The SHA-256 of each jar by its name. */
  private static Map<String, String> jars() throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(LIB)) {
      for (Path file : files.toList()) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        hashes.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
      }
    }
    return hashes;
  }

  private static Set<String> mergedJars() throws IOException {
    Path client;
    try (Stream<Path> files = Files.list(LIB)) {
      client =
          files
              .filter(
                  file -> file.getFileName().toString().startsWith("patchstream-registry-client"))
              .findFirst()
              .orElseThrow();
    }
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
