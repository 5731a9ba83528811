package io.patchstream.ops.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventStreamTest {

  private static final int MOST = 10; // more than the server has threads for pages

  private static final String LARGE = "x".repeat(1 << 18);

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();
  private final EventStream events =
      new EventStream(MOST, () -> List.of(EventStream.event("hello", "1")));
  private OperationsServer server;

  @BeforeEach
  void start() throws IOException {
    server = OperationsServer.start("127.0.0.1", 0);
    server.handle("/page", () -> Answer.line(200, "all is well"));
    server.handle("/events", events);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void anEventHasItsNameAndItsDataLineByLine() {
    assertThat(text(EventStream.event("label", "{\"a\":1}")))
        .isEqualTo("event: label\ndata: {\"a\":1}\n\n");
    assertThat(text(EventStream.event("label", "one\ntwo\r\nevent: three")))
        .isEqualTo("event: label\ndata: one\ndata: two\ndata: event: three\n\n");
  }

  @Test
  void aViewerIsGreetedAndThenSeesWhatIsSent() throws Exception {
    HttpResponse<Stream<String>> answer = client.send(request("/events"), BodyHandlers.ofLines());
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    await(() -> events.viewers() == 1);
    events.send(EventStream.event("label", "two"));
    assertThat(answer.body().limit(5))
        .containsExactly("event: hello", "data: 1", "", "event: label", "data: two");
  }

  @Test
  void viewersKeepNoPageWaiting() throws Exception {
    fill();
    assertThat(status("/page")).isEqualTo(200);
  }

  @Test
  void beyondTheMostNobodyIsLetIn() throws Exception {
    fill();
    assertThat(status("/events")).isEqualTo(503);
    sockets.get(0).close();
    await(
        () -> {
          events.send(EventStream.event("label", "found by what it does not take"));
          return events.viewers() < MOST;
        });
    watch();
    await(() -> events.viewers() == MOST);
  }

  /** One that never reads, and one that does. */
  @Test
  void aSlowViewerIsDroppedAndOthersStay() throws Exception {
    watch();
    BufferedReader reader = reader();
    await(() -> events.viewers() == 2);
    for (int sent = 0; events.viewers() == 2 && sent < 1_000; sent++) {
      events.send(EventStream.event("label", LARGE));
      readUntil(reader, LARGE);
    }
    assertThat(events.viewers()).isEqualTo(1);
    events.send(EventStream.event("label", "still here"));
    readUntil(reader, "still here");
  }

  @Test
  void closesAtOnceAlsoWithAViewerWhoDoesNotRead() throws Exception {
    watch();
    BufferedReader reader = reader();
    await(() -> events.viewers() == 2);
    for (int sent = 0; sent < 40; sent++) {
      events.send(EventStream.event("label", LARGE));
      readUntil(reader, LARGE);
    }
    assertThat(events.viewers()).isEqualTo(2);
    long began = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    assertThat(events.viewers()).isZero();
    await(() -> viewerThreads() == 0);
  }

  private static long viewerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("patchstream-viewer"))
        .count();
  }

  private void fill() throws Exception {
    for (int i = 0; i < MOST; i++) {
      watch();
    }
    await(() -> events.viewers() == MOST);
  }

  private Socket watch() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
    sockets.add(socket);
    return socket;
  }

  /** What a browser reads, once its answer has begun. */
  private BufferedReader reader() throws Exception {
    InputStream body = client.send(request("/events"), BodyHandlers.ofInputStream()).body();
    return new BufferedReader(new InputStreamReader(body, UTF_8));
  }

  private static void readUntil(BufferedReader reader, String text) throws IOException {
    for (String line = reader.readLine(); !line.contains(text); line = reader.readLine()) {}
  }

  private int status(String path) throws Exception {
    return client.send(request(path), BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.address().getPort() + path))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private static String text(byte[] event) {
    return new String(event, UTF_8);
  }
}
