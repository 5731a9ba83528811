package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.schemas.ImageEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * The events of an application that is ahead: their schema has one more field, and a processor that
 * has seen none of them must ask the registry for it.
 */
record NewerSchema(int id, Schema schema) {

  /** Tells the registry of it. */
  static NewerSchema register(Pipeline pipeline, SchemaRegistry registry) throws IOException {
    Schema schema = newer(ImageEvent.getClassSchema());
    ObjectMapper json = new ObjectMapper();
    JsonNode answer =
        json.readTree(
            registry
                .post(
                    "/subjects/" + pipeline.images() + "-value/versions",
                    json.writeValueAsString(Map.of("schema", schema.toString())))
                .body());
    assertThat(answer.path("id").isInt()).as(answer.toString()).isTrue();
    return new NewerSchema(answer.get("id").asInt(), schema);
  }

  private static Schema newer(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("exposure_ms", Schema.create(Schema.Type.INT), "Added.", 0));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  /** An event in the wire format, as that application would send it. */
  byte[] value(byte[] picture) throws IOException {
    GenericData.Record event =
        new GenericRecordBuilder(schema).set("content", ByteBuffer.wrap(picture)).build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericData.Record>(schema).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
