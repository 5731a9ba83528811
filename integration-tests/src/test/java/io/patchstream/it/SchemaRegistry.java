package io.patchstream.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A schema registry that speaks Confluent's REST API over HTTP: Apicurio in a JVM of its own, on
 * loopback. Schemas survive {@link #stop} and {@link #restart}.
 */
public final class SchemaRegistry implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
  private static final AtomicInteger REGISTRIES = new AtomicInteger();

  private final Path folder = Workspace.folder("schema-registry-" + REGISTRIES.incrementAndGet());
  private final int port = Workspace.freePort();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private ChildProcess process;

  private SchemaRegistry() {}

  /** A running registry without schemas. */
  public static SchemaRegistry start() {
    SchemaRegistry registry = new SchemaRegistry();
    registry.restart();
    return registry;
  }

  /** For {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** Starts the registry again after {@link #stop}: the same port, the same schemas. */
  public void restart() {
    process =
        ChildProcess.java(
            "the schema registry",
            folder.resolve("registry.log"),
            List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + folder.resolve("schemas"),
                "-jar",
                runner().toString()));
    Await.until(
        LONGEST_START,
        () -> "the schema registry does not answer at " + url() + "\n" + process.tail(),
        () -> process.failIfEnded("at its start") || get("/subjects").statusCode() == 200);
  }

  /** Stops the registry; its clients are refused from then on. */
  public void stop() {
    process.terminate();
    process.awaitExit(LONGEST_STOP);
  }

  /** SIGSTOP: its clients connect, and get no answer. */
  public void pause() {
    process.pause();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  /** The answer to a GET of {@code path} under {@link #url}. */
  public HttpResponse<String> get(String path) throws IOException {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  /** The answer to a POST of JSON to {@code path} under {@link #url}. */
  public HttpResponse<String> post(String path, String json) throws IOException {
    return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json)), path);
  }

  /** The answer to a PUT of JSON to {@code path} under {@link #url}. */
  HttpResponse<String> put(String path, String json) throws IOException {
    return send(HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(json)), path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path) throws IOException {
    try {
      return client.send(
          request
              .uri(URI.create(url() + path))
              .timeout(Duration.ofSeconds(10))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Path runner() {
    Path home = Path.of(System.getProperty("schema.registry.home", "target/schema-registry"));
    try (Stream<Path> files = Files.list(home)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no registry in " + home));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no registry in " + home + ": mvn -pl integration-tests pre-integration-test", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
