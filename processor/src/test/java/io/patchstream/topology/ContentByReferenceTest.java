package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.patchstream.fetch.ContentFetcher;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events whose picture lies in a folder or on a web server, with a real engine that loads them. */
class ContentByReferenceTest {

  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://by-reference");

  @TempDir private Path folder;
  private HttpServer server;
  private String origin;
  private NumberedEngine engine;
  private ContentFetcher fetcher;
  private TaskUnderTest task;

  @BeforeEach
  void start() throws Exception {
    byte[] seven = NumberedPicture.of(7).png();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/images/7.png",
        exchange -> {
          exchange.sendResponseHeaders(200, seven.length);
          exchange.getResponseBody().write(seven);
          exchange.close();
        });
    server.start();
    origin = "http://127.0.0.1:" + server.getAddress().getPort();
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.write(pictures.resolve("8.png"), NumberedPicture.of(8).png());
    fetcher =
        new ContentFetcher(
            new FetchOptions(
                List.of(origin + "/images", pictures.toUri().toString()),
                List.of("127.0.0.1"),
                1 << 20,
                Duration.ofSeconds(10),
                2,
                S3Options.DEFAULT));
    engine = NumberedEngine.open(folder.resolve("model"), 10, 2);
    AvroEventReader reader =
        new AvroEventReader(
            EventSerdes.imageEventDeserializer(REGISTRY),
            fetcher,
            new RegistryWaits(new RareWarnings()));
    task = new TaskUnderTest(engine.engine(), reader, folder, 1 << 20, TaskUnderTest.LONG);
    task.init(Map.of());
  }

  @AfterEach
  void stop() {
    task.processor.close();
    engine.close();
    fetcher.close();
    server.stop(0);
  }

  @Test
  void whatIsAllowedIsClassifiedInOrderAndTheRestSaysWhy() throws Exception {
    List<ImageEvent.Builder> events =
        List.of(
            refer(origin + "/images/7.png"),
            refer(folder.resolve("pictures/8.png").toUri().toString()),
            ImageEvent.newBuilder().setContent(ByteBuffer.wrap(NumberedPicture.of(9).png())),
            refer(origin + "/secret"),
            refer(origin + "/images/none.png"),
            refer(folder.resolve("pictures/../secret").toUri().toString()));
    for (int offset = 0; offset < events.size(); offset++) {
      task.consume(
          offset,
          EventSerdes.imageEvent(REGISTRY)
              .serializer()
              .serialize(TaskUnderTest.TOPIC, events.get(offset).build()));
    }
    task.runUntilForwarded(events.size());

    assertThat(task.labels()).containsExactly("7", "8", "9");
    assertThat(task.failures())
        .extracting(ImageFailure::getOffset, ImageFailure::getReason)
        .containsExactly(
            tuple(3L, FailureReason.URI_REFUSED),
            tuple(4L, FailureReason.FETCH_FAILED),
            tuple(5L, FailureReason.URI_REFUSED));
  }

  private static ImageEvent.Builder refer(String uri) {
    return ImageEvent.newBuilder().setContentUri(uri);
  }
}
