package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.serdes.EventSerdes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/** The demo's summary against the labels topic, read once more by another reader. */
class DemoIT {

  private static final int IMAGES = 200;

  private static final Path MODEL =
      Path.of(System.getProperty("patchstream.distribution"), "demo-model");

  @Test
  void theSummarySaysWhatTheLabelsTopicHolds() throws Exception {
    StringWriter printed = new StringWriter();
    Summary summary;
    List<ImageClassification> labels;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      Demo demo = new Demo(MODEL, new DemoScreen(new PrintWriter(printed), Ansi.OFF));
      summary = demo.run(broker, OptionalLong.of(IMAGES), 40, 2026);
      labels = labels(broker);
    }

    assertThat(labels)
        .extracting(ImageClassification::getImageId)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, IMAGES).mapToObj(i -> "picture-" + i).toList());
    assertThat(summary.rows()).containsExactlyElementsOf(recount(labels));
    assertThat(summary.all().accuracy()).isGreaterThanOrEqualTo(0.95);
    assertThat(printed.toString().lines().filter(line -> line.startsWith("right")).count())
        .isEqualTo(summary.all().right());
  }

  /** The rows of the summary, from nothing but the records: the size is that of the image. */
  private static List<Summary.Row> recount(List<ImageClassification> labels) {
    List<Summary.Row> rows = new ArrayList<>();
    for (PictureSize size : PictureSize.around(64)) {
      List<ImageClassification> ofSize =
          labels.stream()
              .filter(label -> label.getImageWidth() == size.width())
              .filter(label -> label.getImageHeight() == size.height())
              .toList();
      long right =
          ofSize.stream()
              .filter(
                  label ->
                      label
                          .getPredictions()
                          .get(0)
                          .getLabel()
                          .equals(label.getAttributes().get("drawn")))
              .count();
      rows.add(new Summary.Row(size.name() + " " + size.pixels(), ofSize.size(), (int) right));
    }
    return rows;
  }

  /** All that is committed. */
  private static List<ImageClassification> labels(EmbeddedBroker broker) {
    Map<String, Object> client = new HashMap<>(Demo.client(broker));
    client.put("isolation.level", "read_committed");
    List<ImageClassification> labels = new ArrayList<>();
    try (var deserializer = EventSerdes.imageClassification(client).deserializer();
        var consumer =
            new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Demo.LABELS).stream()
              .map(partition -> new TopicPartition(Demo.LABELS, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          labels.add(deserializer.deserialize(record.topic(), record.value()));
        }
      }
    }
    return labels;
  }
}
