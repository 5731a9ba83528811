package io.patchstream.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The nodes: input and fence topics, one processor with its store of resume marks, the sinks. */
final class ClassificationTopology {

  private static final String IMAGES = "images";
  private static final String FENCE = "fence";
  private static final String CLASSIFY = "classify";

  /**
   * A compacted topic's active segment is never compacted, and an in-memory store replays it whole:
   * short segments keep a restore short.
   */
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.SEGMENT_BYTES_CONFIG, "16777216",
          TopicConfig.SEGMENT_MS_CONFIG, "60000",
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01");

  private ClassificationTopology() {}

  /**
   * Connects the nodes.
   *
   * @param inputTopics none for a topology that only finishes what is in flight
   */
  static Topology build(
      List<String> inputTopics,
      String fenceTopic,
      List<SinkTopic> sinks,
      ProcessorSupplier<byte[], byte[], byte[], Outgoing> processor) {
    Topology topology = new Topology();
    List<String> sources = new ArrayList<>();
    if (!inputTopics.isEmpty()) {
      addSource(topology, IMAGES, inputTopics);
      sources.add(IMAGES);
    }
    addSource(topology, FENCE, List.of(fenceTopic));
    sources.add(FENCE);
    topology
        .addProcessor(CLASSIFY, processor, sources.toArray(String[]::new))
        .addStateStore(marks(), CLASSIFY);
    for (SinkTopic sink : sinks) {
      topology.addSink(
          sink.node(),
          sink.topic(),
          new ByteArraySerializer(),
          Outgoing.serializer(),
          Outgoing.partitioner(),
          CLASSIFY);
    }
    return topology;
  }

  private static void addSource(Topology topology, String node, List<String> topics) {
    var bytes = new ByteArrayDeserializer();
    topology.addSource(
        AutoOffsetReset.earliest(),
        node,
        InputRecord.TIMESTAMPS,
        bytes,
        bytes,
        topics.toArray(String[]::new));
  }

  /** Not cached: a mark must stand in the changelog before the results of its transaction do. */
  private static StoreBuilder<?> marks() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(MicroBatchProcessor.STORE),
            Serdes.String(),
            ResumeMark.serde())
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }
}
