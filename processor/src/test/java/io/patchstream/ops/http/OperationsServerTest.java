package io.patchstream.ops.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OperationsServerTest {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private OperationsServer server;

  @BeforeEach
  void start() throws IOException {
    server = OperationsServer.start("127.0.0.1", 0);
    server.handle("/page", () -> Answer.line(200, "all is well"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aPageIsServed() throws Exception {
    HttpResponse<String> answer = send("GET", "/page?any=query");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("all is well\n");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .contains("frame-ancestors 'none'");
  }

  @Test
  void aHeadHasTheHeadersAlone() throws Exception {
    HttpResponse<String> answer = send("HEAD", "/page");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("12");
  }

  @Test
  void whatIsNotThereIsMissing() throws Exception {
    for (String path : List.of("/", "/page/", "/pages", "/page/below")) {
      HttpResponse<String> answer = send("GET", path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).isEqualTo("There is no " + path + " here.\n");
    }
  }

  @Test
  void pagesAreOnlyRead() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      HttpResponse<String> answer = send(method, "/page");
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void aPageThatFailsSaysSo() throws Exception {
    server.handle(
        "/broken",
        () -> {
          throw new IllegalStateException("no figures");
        });
    HttpResponse<String> answer = send("GET", "/broken");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("no figures");
    assertThat(send("GET", "/page").statusCode()).isEqualTo(200);
  }

  /** More of them than there are threads. */
  @Test
  void clientsThatSendNothingMoreDoNotKeepOthersOut() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.getOutputStream().write("GET /page HTTP/1.1\r\nHost: ".getBytes(US_ASCII));
        slow.add(socket);
      }
      assertThat(send("GET", "/page").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  @Timeout(10)
  void closesAtOnceAlsoWhileAPageIsBeingMade() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.handle(
        "/slow",
        () -> {
          asked.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Answer.line(200, "late");
        });
    client.sendAsync(request("GET", "/slow"), BodyHandlers.ofString());
    asked.await();
    server.close();
    assertThatThrownBy(() -> send("GET", "/page")).isInstanceOf(ConnectException.class);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(request(method, path), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    return HttpRequest.newBuilder(uri)
        .method(method, BodyPublishers.noBody())
        .timeout(LONGEST_ANSWER)
        .build();
  }
}
