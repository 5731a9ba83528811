package io.patchstream.schemas.serdes;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads one type of record, and says of every other value what it is instead. */
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** The byte 0 and the schema's id. */
  static final int PREFIX_BYTES = 5;

  private final Class<T> type;
  private final Schema schema;
  private final KafkaAvroDeserializer confluent;

  RecordDeserializer(Class<T> type, Map<String, ?> properties) {
    this.type = type;
    this.schema = SpecificData.get().getSchema(type);
    this.confluent = new OneRecord(schema);
    confluent.configure(properties, false);
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    return deserialize(topic, null, data);
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] data) {
    if (data == null) {
      return null;
    }
    if (data.length < PREFIX_BYTES || data[0] != 0) {
      throw new SerializationException(
          "The value is not in the Confluent wire format: its "
              + data.length
              + " bytes do not begin with the byte 0 and a schema id of four bytes.");
    }
    try {
      return type.cast(confluent.deserialize(topic, headers, data, schema));
    } catch (RuntimeException e) {
      if (RegistryErrors.isRetriable(e)) {
        throw e;
      }
      throw new SerializationException(
          "The value is not an " + schema.getName() + ": " + innermostMessage(e), e);
    }
  }

  @Override
  public void close() {
    confluent.close();
  }

  private static String innermostMessage(Throwable error) {
    String message = error.toString();
    for (Throwable link = error; link != null; link = link.getCause()) {
      message = link.getMessage() == null ? message : link.getMessage();
    }
    return message;
  }

  /** The Confluent deserializer, held to one record. */
  private static final class OneRecord extends KafkaAvroDeserializer {
    private final Schema expected;

    OneRecord(Schema expected) {
      this.expected = expected;
    }

    /** Comes between the registry's answer and the record's bytes. */
    @Override
    protected DatumReader<?> getDatumReader(Schema writer, Schema reader)
        throws ExecutionException {
      // Avro itself resolves records by their fields alone: any record would do whose fields fit,
      // and since all of ImageEvent's have defaults, any record at all.
      if (!writer.getFullName().equals(expected.getFullName())) {
        throw new AvroTypeException(
            "its schema is that of "
                + writer.getFullName()
                + ", not of "
                + expected.getFullName()
                + ".");
      }
      return new BytesReader(super.getDatumReader(writer, reader));
    }
  }

  /** Keeps an IOException of the bytes apart from one of the registry's connection. */
  private record BytesReader(DatumReader<?> reader) implements DatumReader<Object> {
    @Override
    public Object read(Object reuse, Decoder in) {
      try {
        return reader.read(null, in);
      } catch (IOException e) {
        throw new AvroRuntimeException("its bytes do not follow its schema (" + e + ").", e);
      }
    }

    @Override
    public void setSchema(Schema writer) {
      reader.setSchema(writer);
    }
  }
}
