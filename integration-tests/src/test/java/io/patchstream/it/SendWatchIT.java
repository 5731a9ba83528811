package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files become events, and their labels come into the terminal. {@code -Dsend.images=10000
 * -Dsend.rate=200} sends so many, and prints what {@code send} says of it.
 */
@ExtendWith(Services.class)
class SendWatchIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int COUNT = Integer.getInteger("send.images", 40);
  private static final String RATE = System.getProperty("send.rate", "200");

  @TempDir Path folder;

  @Test
  void aFolderGoesInAndItsLabelsComeOut(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    Path model = NumberedVit.of(COUNT).writeTo(Files.createDirectory(folder.resolve("model")));
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int number = 0; number < COUNT; number++) {
      write(pictures, number);
    }
    Path broken = Files.writeString(pictures.resolve("broken.png"), "no picture");
    Path large = Files.write(pictures.resolve("large.png"), new byte[2_000_000]);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "send", 3, model);
        CommittedReader results = pipeline.results()) {
      ProcessorProcess processor = pipeline.processor().start();

      Command sent = Command.run(pipeline, "send", "--rate", RATE, pictures.toString());
      System.out.println(sent.err());

      assertThat(sent.exitCode()).as(sent.toString()).isEqualTo(1);
      assertThat(sent.err())
          .contains(large + ": it has 2000000 bytes, and a record of the topic send-images at most")
          .contains(COUNT + 2 + " images in ")
          .contains(COUNT + 1 + " sent, 1 failed.");
      results.awaitRecords(2 * COUNT + 1, SOON);
      for (ConsumerRecord<byte[], byte[]> label : results.records(pipeline.labels())) {
        String path = pipeline.label(label).getImageId();
        assertThat(new String(label.key(), UTF_8)).isEqualTo(path);
        assertThat(path).endsWith("/" + best(pipeline, label) + ".png");
      }
      Command watched =
          Command.run(
              pipeline, "watch", "--from-beginning", "--limit", Integer.toString(COUNT + 1));
      assertThat(watched.exitCode()).as(watched.toString()).isZero();
      assertThat(watched.out().lines())
          .hasSize(COUNT + 1)
          .anySatisfy(
              line -> assertThat(line).startsWith(pictures + "/7.png").contains(" 7 ", " after "))
          .anySatisfy(
              line -> assertThat(line).startsWith(broken.toString()).contains("UNSUPPORTED"));

      follow(pipeline, results, pictures);
      assertThat(processor.terminate(SOON)).isZero();
    }
  }

  /** What comes into the folder later is sent too, and watched from the end of the topics. */
  private static void follow(Pipeline pipeline, CommittedReader results, Path pictures)
      throws Exception {
    Path one = pictures.resolve("1.png");
    try (ChildProcess watch = Command.start(pipeline, "watch", "--limit", "2");
        ChildProcess send =
            Command.start(
                pipeline, "send", "--follow", "--key", "folder", one.toString(), "" + pictures)) {
      send.awaitLog("Waiting for new files", SOON);
      write(Files.createDirectory(pictures.resolve("later")), 3);
      send.awaitLog("sent " + pictures.resolve("later/3.png"), SOON);
      assertThat(watch.awaitExit(SOON)).as(watch.tail()).isZero();
      send.terminate();
    }
    results.awaitRecords(2, SOON);
  }

  @Test
  void patternsNamePictures(KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    Path model = NumberedVit.of(4).writeTo(Files.createDirectory(folder.resolve("model")));
    Files.createDirectory(folder.resolve("a"));
    for (int number = 0; number < 3; number++) {
      write(folder.resolve("a"), number);
    }
    try (Pipeline pipeline = new Pipeline(kafka, registry, "send-raw", 1, model)) {
      pipeline.with("patchstream.input.format", "raw");
      String pattern = folder.resolve("a") + "/[02].png";

      Command sent = Command.run(pipeline, "send", "--key", "none", pattern);

      assertThat(sent.exitCode()).as(sent.toString()).isZero();
      try (CommittedReader input = kafka.reader(pipeline.images())) {
        List<ConsumerRecord<byte[], byte[]>> records = input.readToEnd(SOON);
        assertThat(records)
            .extracting(ConsumerRecord::value)
            .containsExactly(NumberedPicture.of(0).png(), NumberedPicture.of(2).png());
        assertThat(records).allSatisfy(record -> assertThat(record.key()).isNull());
      }
    }
  }

  private static String best(Pipeline pipeline, ConsumerRecord<byte[], byte[]> label) {
    return pipeline.label(label).getPredictions().get(0).getLabel();
  }

  private static void write(Path folder, int number) throws Exception {
    Files.write(folder.resolve(number + ".png"), NumberedPicture.of(number).png());
  }
}
