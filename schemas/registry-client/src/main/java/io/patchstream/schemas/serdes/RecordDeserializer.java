package io.patchstream.schemas.serdes;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads one type of record, and says of every other value what it is instead. For any number of
 * threads, which share what the registry has told one of them.
 */
public final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** The byte 0 and the schema's id. */
  static final int PREFIX_BYTES = 5;

  private final Class<T> type;
  private final Schema schema;
  private final OneRecord first;

  // Confluent promises nothing of a deserializer that several threads use, but of its client.
  private final ThreadLocal<OneRecord> confluent;

  RecordDeserializer(Class<T> type, Map<String, ?> properties) {
    this.type = type;
    this.schema = SpecificData.get().getSchema(type);
    first = new OneRecord(schema, null);
    first.configure(properties, false);
    confluent =
        ThreadLocal.withInitial(
            () -> {
              OneRecord another = new OneRecord(schema, first.getSchemaRegistryClient());
              another.configure(properties, false);
              return another;
            });
  }

  /**
   * Fetches the schemas that the registry has for the values of a topic, the newest hundred: their
   * records are read from then on whether the registry answers or not. Does nothing where it has
   * none, or does not let this user list them.
   *
   * @throws KafkaException one for which {@link RegistryErrors#isRetriable} is true if the registry
   *     does not answer
   */
  public void fetchSchemas(String topic) {
    List<Integer> versions = new ArrayList<>();
    ask(topic, () -> versions.addAll(first.newestVersions(topic)));
    for (int version : versions) {
      ask(topic, () -> first.fetchSchema(topic, version));
    }
  }

  /** Something that only the registry knows. */
  private interface Question {
    void ask() throws IOException, RestClientException;
  }

  /** What the registry refuses, has not, or has in another format is for the records to show. */
  private static void ask(String topic, Question question) {
    try {
      question.ask();
    } catch (IOException | RestClientException e) {
      if (RegistryErrors.isRetriable(e) && !RegistryErrors.isRefusal(e)) {
        throw new KafkaException("The schemas of " + topic + " cannot be fetched", e);
      }
    }
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
      return type.cast(confluent.get().deserialize(topic, headers, data, schema));
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
    first.close(); // and with it the client of all
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
    private static final int MOST_SCHEMAS = 100;

    private final Schema expected;

    /**
     * A deserializer that is not configured yet.
     *
     * @param registry the client, or null if it makes one of its own
     */
    OneRecord(Schema expected, SchemaRegistryClient registry) {
      super(registry);
      this.expected = expected;
    }

    List<Integer> newestVersions(String topic) throws IOException, RestClientException {
      List<Integer> all = schemaRegistry.getAllVersions(subject(topic));
      return all.subList(Math.max(0, all.size() - MOST_SCHEMAS), all.size());
    }

    /** Asks what {@code deserialize} would ask, so that the client has it in its cache. */
    void fetchSchema(String topic, int version) throws IOException, RestClientException {
      int id = schemaRegistry.getSchemaMetadata(subject(topic), version).getId();
      schemaRegistry.getSchemaBySubjectAndId(subject(topic), id);
      if (strategyUsesSchema(false)) {
        schemaRegistry.getSchemaBySubjectAndId(getContextName(topic), id);
      }
    }

    private String subject(String topic) {
      return getSubjectName(topic, false, null, new AvroSchema(expected));
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
