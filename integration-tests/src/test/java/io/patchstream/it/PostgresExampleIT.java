package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The worked example of {@code deploy/examples/postgres}, on the demo's model. */
@ExtendWith(Services.class)
class PostgresExampleIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Path EXAMPLE = Path.of("../deploy/examples/postgres").toAbsolutePath();
  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("patchstream.distribution", "../processor/target/patchstream"))
          .toAbsolutePath();

  @Test
  void resultsAreCopiedOnceAndFoundAgain(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    assumeTrue(PostgresServer.programs().isPresent(), "there is no PostgreSQL with pgvector");
    kafka.topics().create("labels", 2);
    kafka.topics().create("embeddings", 2);
    try (PostgresServer postgres = PostgresServer.start(PostgresServer.programs().orElseThrow());
        Pipeline pipeline =
            new Pipeline(kafka, registry, "postgres", 2, DISTRIBUTION.resolve("demo-model"))) {
      postgres.psql(EXAMPLE.resolve("tables.sql"));
      pipeline
          .with("patchstream.labels.topic", "labels")
          .with("patchstream.embeddings.topic", "embeddings")
          .processor()
          .start();
      int sent = send(pipeline, "");
      copy(kafka, registry, postgres, sent);
      String found = postgres.psql(EXAMPLE.resolve("queries.sql"), "-v", "image=gray.jpg");
      assertThat(Files.readAllLines(EXAMPLE.resolve("README.md")))
          .containsSequence(found.stripTrailing().lines().map(String::stripTrailing).toList());

      // Killed and started again, it goes on where its rows end.
      sent += send(pipeline, "again-");
      copy(kafka, registry, postgres, sent);
    }
  }

  /** Runs the program until it has copied that many images, and kills it. */
  private static void copy(
      KafkaCluster kafka, SchemaRegistry registry, PostgresServer postgres, int images)
      throws Exception {
    String driver =
        Path.of(
                org.postgresql.Driver.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI())
            .toString();
    try (ChildProcess copying =
            ChildProcess.java(
                "ResultsToPostgres",
                Workspace.folder("results-to-postgres").resolve("output.log"),
                List.of(
                    "-cp",
                    DISTRIBUTION.resolve("lib") + "/*:" + driver,
                    EXAMPLE.resolve("ResultsToPostgres.java").toString(),
                    kafka.bootstrapServers(),
                    registry.url(),
                    postgres.url()));
        Connection database = DriverManager.getConnection(postgres.url())) {
      String best = "SELECT count(*) FROM labels WHERE rank = 1";
      Await.until(SOON, copying::tail, () -> count(database, best) >= images);
      String vectors = "SELECT count(*) FROM embeddings";
      Await.until(SOON, copying::tail, () -> count(database, vectors) >= images);
      assertThat(count(database, best)).isEqualTo(images);
      assertThat(count(database, vectors)).isEqualTo(images);
    }
  }

  private static int send(Pipeline pipeline, String prefix) throws Exception {
    List<Path> pictures;
    try (Stream<Path> files =
        Files.list(Path.of("../processor/src/test/resources/golden/preprocess/images"))) {
      pictures = files.sorted().toList();
    }
    int number = 0;
    for (Path picture : pictures) {
      pipeline.sendEvent(number++ % 2, prefix + picture.getFileName(), Files.readAllBytes(picture));
    }
    return number;
  }

  private static int count(Connection database, String query) throws Exception {
    try (Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getInt(1);
    }
  }
}
