package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageClassification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What consumers of today see of a PatchStream whose labels have one field more. */
@ExtendWith(Services.class)
class SchemaUpgradeIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PREFIX_BYTES = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path model;

  /** As it reads what was written before, which stays as it is in the topic. */
  @Test
  void anOldConsumerReadsNewRecords(KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    NumberedVit.of(10).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "schema-upgrade", 1, model);
        CommittedReader results = kafka.reader(pipeline.labels())) {
      ProcessorProcess processor = pipeline.processor().start();
      new NumberedImages(pipeline, 10).send(NumberedPicture::png);
      ConsumerRecord<byte[], byte[]> record = results.awaitRecords(10, SOON).get(7);
      assertThat(processor.terminate(SOON)).isZero();
      ImageClassification written = pipeline.label(record);

      String subject = pipeline.labels() + "-value";
      assertThat(registry.put("/config/" + subject, json("compatibility", "FULL")).statusCode())
          .isEqualTo(200);
      Schema breaking = withField(ImageClassification.getClassSchema(), null);
      assertThat(register(breaking, subject, registry).statusCode()).isEqualTo(409);
      Schema newer = withField(ImageClassification.getClassSchema(), 0);
      int id = JSON.readTree(register(newer, subject, registry).body()).path("id").asInt();

      ConsumerRecord<byte[], byte[]> later =
          new ConsumerRecord<>(
              record.topic(), 0, 0, record.key(), rewritten(record.value(), id, newer));
      assertThat(later.value()).isNotEqualTo(record.value());
      assertThat(pipeline.label(later)).isEqualTo(written);
      assertThat(pipeline.label(record)).isEqualTo(written);
    }
  }

  private static HttpResponse<String> register(
      Schema schema, String subject, SchemaRegistry registry) throws IOException {
    return registry.post("/subjects/" + subject + "/versions", json("schema", schema.toString()));
  }

  private static String json(String key, String value) throws IOException {
    return JSON.writeValueAsString(Map.of(key, value));
  }

  /** One field more, in front, where a reader that went by places would stumble over it. */
  private static Schema withField(Schema schema, Object byDefault) {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("lane", Schema.create(Schema.Type.INT), "Added.", byDefault));
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  /** The record as a newer PatchStream would write it, with a value in its new field. */
  private static byte[] rewritten(byte[] value, int id, Schema newer) throws IOException {
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(ImageClassification.getClassSchema(), newer)
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(value, PREFIX_BYTES, value.length - PREFIX_BYTES, null));
    record.put("lane", 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(PREFIX_BYTES).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(newer).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
