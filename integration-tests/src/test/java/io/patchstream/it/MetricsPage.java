package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.Exposition.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * METRICS.md, which a scrape is held against.
 *
 * @param ofOurOwn the rows of our own metrics, by name
 * @param ofKafka the names of Kafka's
 */
record MetricsPage(Map<String, Row> ofOurOwn, Set<String> ofKafka) {

  private static final Path FILE = Path.of("../processor/METRICS.md");
  private static final String OURS = "patchstream_";
  private static final String KAFKAS = "kafka_";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** What the page says of one metric. */
  record Row(String type, Set<String> labels, String unit, String meaning) {}

  static MetricsPage read() throws IOException {
    Map<String, Row> ours = new LinkedHashMap<>();
    Set<String> kafkas = new TreeSet<>();
    for (String line : Files.readAllLines(FILE)) {
      List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).skip(1).toList();
      if (!line.startsWith("| `")) {
        continue;
      }
      String name = codes(cells.get(0)).iterator().next();
      if (name.startsWith(OURS)) {
        ours.put(name, new Row(cells.get(1), codes(cells.get(2)), cells.get(3), cells.get(4)));
      } else if (name.startsWith(KAFKAS)) {
        kafkas.add(name);
      }
    }
    return new MetricsPage(ours, kafkas);
  }

  private static Set<String> codes(String cell) {
    Set<String> codes = new TreeSet<>();
    for (Matcher matcher = CODE.matcher(cell); matcher.find(); ) {
      codes.add(matcher.group(1));
    }
    return codes;
  }

  /** Sees that the page has every metric of our own, as it is, and no other. */
  void assertDescribes(Map<String, Family> families) {
    Map<String, Row> scraped =
        families.values().stream()
            .filter(family -> family.name().startsWith(OURS))
            .collect(Collectors.toMap(Family::name, this::row));
    assertThat(scraped).containsExactlyInAnyOrderEntriesOf(ofOurOwn);
    assertThat(ofKafka).hasSizeGreaterThan(10);
    assertThat(families).containsKeys(ofKafka.toArray(new String[0]));
  }

  /** The unit is the page's own, unless it contradicts the name. */
  private Row row(Family family) {
    Set<String> labels = new TreeSet<>();
    family.samples().forEach(sample -> labels.addAll(sample.labels().keySet()));
    labels.remove("le");
    Row documented = ofOurOwn.get(family.name());
    boolean fits = documented != null && family.name().contains("_" + documented.unit());
    boolean none = documented != null && documented.unit().isEmpty();
    return new Row(
        family.type(), labels, fits || none ? documented.unit() : "of the name", family.help());
  }
}
