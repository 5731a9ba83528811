package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The services that the other tests stand on do what those tests take for granted. */
@ExtendWith(Services.class)
class ServicesIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void onlyCommittedRecordsAreRead(KafkaCluster kafka) {
    kafka.topics().create("services-transactions", 2);
    try (Producer<byte[], byte[]> producer =
            kafka.producer(Map.of("transactional.id", "services"));
        CommittedReader reader = kafka.reader("services-transactions")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("aborted"));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record("committed"));
      producer.commitTransaction();

      reader.awaitRecords(1, SOON);
      assertThat(reader.readToEnd(SOON))
          .extracting(read -> new String(read.value(), UTF_8))
          .containsExactly("committed");
    }
    // Two records and the markers of two transactions.
    assertThat(kafka.topics().recordsWritten()).containsEntry("services-transactions", 4L);
    assertThat(kafka.topics().bytes().get("services-transactions")).isBetween(100L, 1_000L);
  }

  @Test
  void aSchemaIsRegisteredOverHttpAndReadBack(SchemaRegistry registry) throws IOException {
    String registered =
        registry
            .post("/subjects/services-value/versions", "{\"schema\": \"\\\"string\\\"\"}")
            .body();
    assertThat(registered).matches("\\{\"id\":\\d+}");
    String id = registered.replaceAll("\\D", "");
    assertThat(registry.get("/schemas/ids/" + id).body()).contains("\\\"string\\\"");
  }

  @Test
  void recordsAndSchemasOutliveARestart() throws IOException {
    try (KafkaCluster kafka = KafkaCluster.start();
        SchemaRegistry registry = SchemaRegistry.start()) {
      kafka.topics().create("services-restart", 1);
      try (Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
        producer.send(new ProducerRecord<>("services-restart", "kept".getBytes(UTF_8)));
      }
      registry.post("/subjects/kept-value/versions", "{\"schema\": \"\\\"long\\\"\"}");

      kafka.stop();
      registry.stop();
      kafka.restart();
      registry.restart();

      try (CommittedReader reader = kafka.reader("services-restart")) {
        assertThat(reader.awaitRecords(1, SOON)).hasSize(1);
      }
      assertThat(registry.get("/subjects").body()).isEqualTo("[\"kept-value\"]");
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>("services-transactions", 0, null, value.getBytes(UTF_8));
  }
}
