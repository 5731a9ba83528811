package io.patchstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A schema is the contract that a downstream team reads: nothing in it goes without a word. */
class SchemaDocumentationTest {
  static List<Schema> schemas() {
    return List.copyOf(SchemaHistory.current().values());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyFieldRecordAndEnumIsDocumented(Schema schema) {
    assertThat(undocumented(schema)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everySymbolIsExplainedByItsEnum(Schema schema) {
    for (Schema.Field field : schema.getFields()) {
      if (field.schema().getType() == Schema.Type.ENUM) {
        assertThat(field.schema().getEnumSymbols())
            .allSatisfy(symbol -> assertThat(field.schema().getDoc()).contains(symbol + ": "));
        assertThat(field.schema().getEnumDefault()).isNotNull();
      }
    }
  }

  @Test
  void whatIsUndocumentedIsNamed() {
    Schema bare =
        new SchemaParser()
            .parse(
                """
                {"type": "record", "name": "R", "doc": "d", "fields": [
                  {"name": "a", "doc": "d", "type": "int"},
                  {"name": "b", "doc": " ", "type": {"type": "array", "items":
                    {"type": "enum", "name": "E", "symbols": ["X"]}}}]}
                """)
            .mainSchema();
    assertThat(undocumented(bare)).containsExactly("R.b", "E");
  }

  private static List<String> undocumented(Schema schema) {
    List<String> found = new ArrayList<>();
    switch (schema.getType()) {
      case RECORD -> {
        mind(found, schema.getName(), schema.getDoc());
        for (Schema.Field field : schema.getFields()) {
          mind(found, schema.getName() + "." + field.name(), field.doc());
          found.addAll(undocumented(field.schema()));
        }
      }
      case ENUM -> mind(found, schema.getName(), schema.getDoc());
      case ARRAY -> found.addAll(undocumented(schema.getElementType()));
      case MAP -> found.addAll(undocumented(schema.getValueType()));
      case UNION -> schema.getTypes().forEach(type -> found.addAll(undocumented(type)));
      default -> {
        // a primitive has nothing of its own to say
      }
    }
    return found;
  }

  private static void mind(List<String> undocumented, String name, String doc) {
    if (doc == null || doc.isBlank()) {
      undocumented.add(name);
    }
  }
}
