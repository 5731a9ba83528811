package io.patchstream.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A Kafka Streams application that does nothing: of every image it writes one record as large as a
 * label and one as large as an embedding, exactly once. What it costs is Kafka's own.
 */
final class PassThrough implements AutoCloseable {

  private static final int LABEL_BYTES = 350;
  private static final int EMBEDDING_BYTES = 3400;

  private final KafkaStreams streams;

  /** Starts it, with the settings that PatchStream gives Kafka Streams. */
  PassThrough(Map<String, Object> client, String images, String labels, String embeddings) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, 5);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1);
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 32);
    settings.put(StreamsConfig.consumerPrefix("max.poll.records"), 128);
    Properties properties = new Properties();
    properties.putAll(settings);
    streams = new KafkaStreams(topology(images, labels, embeddings), properties);
    streams.start();
  }

  private static Topology topology(String images, String labels, String embeddings) {
    var in = new ByteArrayDeserializer();
    var out = new ByteArraySerializer();
    return new Topology()
        .addSource(Topology.AutoOffsetReset.EARLIEST, "images", in, in, images)
        .addProcessor("pass", Pass::new, "images")
        .addSink("labels", labels, out, out, "pass")
        .addSink("embeddings", embeddings, out, out, "pass");
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(30));
  }

  private static final class Pass extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final byte[] label = new byte[LABEL_BYTES];
    private final byte[] embedding = new byte[EMBEDDING_BYTES];

    @Override
    public void process(Record<byte[], byte[]> record) {
      context().forward(record.withValue(label), "labels");
      context().forward(record.withValue(embedding), "embeddings");
    }
  }
}
