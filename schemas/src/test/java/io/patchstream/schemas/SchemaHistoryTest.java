package io.patchstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every schema to FULL_TRANSITIVE compatibility with its committed predecessors. */
class SchemaHistoryTest {
  static Set<String> names() {
    return SchemaHistory.current().keySet();
  }

  @Test
  void knowsTheRecordsOfEveryTopic() {
    assertThat(names())
        .contains("ImageEvent", "ImageClassification", "ImageEmbedding", "ImageFailure");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSchemaIsRecordedAsItStands(String name) {
    Schema current = SchemaHistory.current().get(name);
    List<Schema> published = SchemaHistory.published(name);

    assertThat(SchemaHistory.files(name))
        .as("files in the history of %s, which are to be v1.avsc, v2.avsc, ... without a gap", name)
        .isEqualTo(published.size());
    // Documentation counts: a registry tells two texts apart, whatever they mean.
    String newest = published.isEmpty() ? "" : published.get(published.size() - 1).toString();
    if (!newest.equals(current.toString())) {
      var proposed = SchemaHistory.propose(name, published.size() + 1, current);
      assertThat(newest)
          .as("%s changed: copy %s to src/test/resources/history/%s", name, proposed, name)
          .isEqualTo(current.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSchemaReadsAndIsReadByAllItsPredecessors(String name) {
    Schema current = SchemaHistory.current().get(name);
    assertThat(SchemaHistory.published(name))
        .isNotEmpty()
        .allSatisfy(v -> assertThat(SchemaHistory.incompatibilities(current, v)).isEmpty());
  }

  /** The check can fail: each of these changes breaks old readers, old records, or both. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a type changes             | "type":"int"       | "type":"string"
          a field without a default  | "fields":[         | "fields":[{"name":"x","type":"int"},
          a required field goes      | {"name":"partition","type":"int","doc":"Partition of the input record."}, | ``
          a field is renamed         | "name":"message"   | "name":"text"
          an enum without a default  | ,"default":"OTHER" | ``
          the record is renamed      | "ImageFailure"     | "Failure"
          """)
  void anIncompatibleChangeIsFound(String change, String from, String to) {
    Schema current = SchemaHistory.current().get("ImageFailure");
    // Without its default, an enum breaks at the next symbol: add one as well.
    String changed = current.toString().replace(from, to).replace("\"TOO_SLOW\"]", "\"NEW\"]");
    assertThat(current.toString()).as(change).contains(from);
    assertThat(SchemaHistory.incompatibilities(current, parse(changed))).as(change).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a field with a default | "fields":[          | "fields":[{"name":"x","type":"int","default":0},
          a new reason           | "SOURCE_EXPIRED"    | "SOURCE_EXPIRED","NEW"
          a field with a default goes | ,{"name":"original","type":["null","bytes"],"doc":"DOC","default":null} | ``
          """)
  void aCompatibleChangeIsNot(String change, String from, String to) {
    Schema current = SchemaHistory.current().get("ImageFailure");
    String text = current.toString().replace(current.getField("original").doc(), "DOC");
    assertThat(text).as(change).contains(from);
    assertThat(SchemaHistory.incompatibilities(current, parse(text.replace(from, to))))
        .as(change)
        .isEmpty();
  }

  private static Schema parse(String text) {
    return new SchemaParser().parse(text).mainSchema();
  }
}
