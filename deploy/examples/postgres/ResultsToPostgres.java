import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.serdes.EventSerdes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Copies labels and embeddings into PostgreSQL, each once: rows are committed before offsets, and
 * what is copied again after a crash is there already.
 */
public class ResultsToPostgres {

  private static final String LABEL =
      "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String EMBEDDING =
      "INSERT INTO embeddings VALUES (?, ?, ?, ?::vector) ON CONFLICT DO NOTHING";

  private final Deserializer<ImageClassification> labels;
  private final Deserializer<ImageEmbedding> embeddings;
  private final Connection database;

  private ResultsToPostgres(String registry, Connection database) {
    var client = Map.of("schema.registry.url", registry);
    labels = EventSerdes.imageClassification(client).deserializer();
    embeddings = EventSerdes.imageEmbedding(client).deserializer();
    this.database = database;
  }

  public static void main(String[] arguments) throws SQLException {
    if (arguments.length != 3) {
      System.err.println("usage: ResultsToPostgres BOOTSTRAP_SERVERS REGISTRY_URL JDBC_URL");
      System.exit(2);
    }
    var kafka =
        Map.<String, Object>of(
            "bootstrap.servers", arguments[0],
            "group.id", "results-to-postgres",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false,
            // Whoever takes over from one that was killed waits no longer.
            "session.timeout.ms", 10_000,
            "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(kafka, bytes, bytes);
        var database = DriverManager.getConnection(arguments[2])) {
      database.setAutoCommit(false);
      new ResultsToPostgres(arguments[1], database).copy(consumer);
    }
  }

  private void copy(KafkaConsumer<byte[], byte[]> consumer) throws SQLException {
    consumer.subscribe(List.of("labels", "embeddings"));
    while (true) {
      var records = consumer.poll(Duration.ofSeconds(1));
      try (var label = database.prepareStatement(LABEL);
          var embedding = database.prepareStatement(EMBEDDING)) {
        for (var record : records.records("labels")) {
          addLabels(record, label);
        }
        for (var record : records.records("embeddings")) {
          addEmbedding(record, embedding);
        }
        label.executeBatch();
        embedding.executeBatch();
      }
      database.commit();
      consumer.commitSync();
    }
  }

  private void addLabels(ConsumerRecord<byte[], byte[]> record, PreparedStatement row)
      throws SQLException {
    var result = labels.deserialize(record.topic(), record.value());
    int rank = 1;
    for (var prediction : result.getPredictions()) {
      row.setInt(1, record.partition());
      row.setLong(2, record.offset());
      row.setInt(3, rank++);
      row.setString(4, result.getImageId());
      row.setString(5, prediction.getLabel());
      row.setFloat(6, prediction.getScore());
      row.setString(7, result.getModel().getRevision());
      row.setTimestamp(8, Timestamp.from(result.getClassifiedAt()));
      row.addBatch();
    }
  }

  private void addEmbedding(ConsumerRecord<byte[], byte[]> record, PreparedStatement row)
      throws SQLException {
    var result = embeddings.deserialize(record.topic(), record.value());
    row.setObject(1, UUID.fromString(result.getEmbeddingId()));
    row.setString(2, result.getImageId());
    row.setString(3, result.getModel().getRevision());
    row.setString(4, result.getVector().toString());
    row.addBatch();
  }
}
