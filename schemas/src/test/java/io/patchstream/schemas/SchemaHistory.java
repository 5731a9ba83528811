package io.patchstream.schemas;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaParser;

/** The schemas as they stand and as they ever were published. */
final class SchemaHistory {
  private static final Path CURRENT = Path.of("src/main/avro");
  private static final Path PUBLISHED = Path.of("src/test/resources/history");

  private SchemaHistory() {}

  /** The schemas of src/main/avro, self-contained, by simple name. */
  static Map<String, Schema> current() {
    SchemaParser parser = new SchemaParser();
    Map<String, Schema> schemas = new TreeMap<>();
    try (Stream<Path> files = Files.list(CURRENT)) {
      for (Path file : files.toList()) {
        parser.parse(file);
        schemas.put(file.getFileName().toString().replace(".avsc", ""), null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    parser.getParsedNamedSchemas().forEach(s -> schemas.replace(s.getName(), s));
    return schemas;
  }

  /** The published versions of a schema, oldest first: v1.avsc, v2.avsc, and so on. */
  static List<Schema> published(String name) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; ; version++) {
      Path file = PUBLISHED.resolve(name).resolve("v" + version + ".avsc");
      if (!Files.exists(file)) {
        return versions;
      }
      try {
        versions.add(new SchemaParser().parse(file).mainSchema());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** How many files a schema's history holds, however they are named. */
  static long files(String name) {
    Path folder = PUBLISHED.resolve(name);
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a schema where it can be copied from into the history. */
  static Path propose(String name, int version, Schema schema) {
    Path file = Path.of("target/history", name, "v" + version + ".avsc");
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, SchemaFormatter.format("json/pretty", schema) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What keeps two versions of a schema from reading each other's records (FULL compatibility);
   * empty if nothing does.
   */
  static List<String> incompatibilities(Schema one, Schema other) {
    List<String> found = new ArrayList<>();
    found.addAll(cannotRead(one, other));
    found.addAll(cannotRead(other, one));
    return found.stream().distinct().sorted(Comparator.naturalOrder()).toList();
  }

  private static List<String> cannotRead(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getCompatibility() == COMPATIBLE
        ? List.of()
        : result.getIncompatibilities().stream()
            .map(i -> i.getType() + " at " + i.getLocation() + ": " + i.getMessage())
            .toList();
  }
}
