package io.patchstream.schemas.serdes;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.patchstream.schemas.FloatVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes one type of record, byte for byte as the Confluent serializer does. That one writes the
 * first record of a topic, for which it asks the registry; the others follow with the same schema
 * id, from a buffer that is kept and without an object a float. For any number of threads.
 */
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final RecordsOwnSchema confluent = new RecordsOwnSchema();
  private final DatumWriter<T> writer;
  private final Map<String, byte[]> prefixes = new ConcurrentHashMap<>();
  private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

  RecordSerializer(Class<T> type, Map<String, ?> properties) {
    writer = new VectorsUnboxed<>(type);
    confluent.configure(properties, false);
  }

  @Override
  public byte[] serialize(String topic, T record) {
    return serialize(topic, null, record);
  }

  @Override
  public byte[] serialize(String topic, Headers headers, T record) {
    byte[] prefix = prefixes.get(topic);
    if (prefix != null && record != null) {
      return write(prefix, record);
    }
    byte[] bytes = confluent.serialize(topic, headers, record);
    if (bytes != null && confluent.isAlwaysWritten()) {
      prefixes.put(topic, Arrays.copyOf(bytes, RecordDeserializer.PREFIX_BYTES));
    }
    return bytes;
  }

  private byte[] write(byte[] prefix, T record) {
    try {
      return scratches.get().write(prefix, record, writer);
    } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
      scratches.remove(); // half a record is in it
      throw new SerializationException("The record cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    confluent.close();
  }

  /** The Confluent serializer, which knows what its settings ask for. */
  private static final class RecordsOwnSchema extends KafkaAvroSerializer {

    /** Whether the schema is the record's own, and not one that the registry may change. */
    boolean isAlwaysWritten() {
      return autoRegisterSchema || (useSchemaId < 0 && !useLatestVersion && metadata == null);
    }
  }

  /** One thread's buffer, as large as the largest record so far. */
  private static final class Scratch {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final Encoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

    <R> byte[] write(byte[] prefix, R record, DatumWriter<R> writer) throws IOException {
      bytes.reset();
      bytes.writeBytes(prefix);
      writer.write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    }
  }

  /** Takes the floats of a {@link FloatVector} as they are. */
  private static final class VectorsUnboxed<R> extends SpecificDatumWriter<R> {

    VectorsUnboxed(Class<R> type) {
      super(type);
    }

    @Override
    protected void writeArray(Schema schema, Object array, Encoder out) throws IOException {
      if (!(array instanceof FloatVector vector)) {
        super.writeArray(schema, array, out);
        return;
      }
      out.writeArrayStart();
      out.setItemCount(vector.size());
      for (int i = 0; i < vector.size(); i++) {
        out.startItem();
        out.writeFloat(vector.getFloat(i));
      }
      out.writeArrayEnd();
    }
  }
}
