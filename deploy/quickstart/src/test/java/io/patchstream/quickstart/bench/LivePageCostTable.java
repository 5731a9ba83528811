package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.config.Settings;
import io.patchstream.quickstart.EmbeddedBroker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what the live page costs at full load with three who watch; what their browsers would draw
 * is not counted. It takes a while, so it runs only when it is named: {@code
 * -Dtest=LivePageCostTable}.
 */
class LivePageCostTable {

  private static final int VIEWERS = 3;

  /** A viewer sees so many a second at least, where there is a page. */
  private static final int LEAST_A_SECOND = 2;

  @TempDir Path state;

  @Test
  void watchedByThree() throws Exception {
    int port = freePort();
    List<Viewer> viewers = new ArrayList<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      for (int i = 0; i < VIEWERS; i++) {
        viewers.add(new Viewer(port));
      }
      BenchSettings off =
          CostPairs.settings(broker, state).with(Settings.HTTP_PORT, Integer.toString(port));
      CostPairs.print(off.with(Settings.HTTP_PAGE, "true"), off);
    } finally {
      viewers.forEach(Viewer::interrupt);
    }
    for (Viewer viewer : viewers) {
      CostPairs.print("a viewer saw %d pictures", viewer.pictures.get());
      assertThat(viewer.pictures)
          .hasValueGreaterThan(LEAST_A_SECOND * CostPairs.PAIRS * CostPairs.SECONDS);
    }
  }

  /** Reads what a browser reads, whenever there is a page. */
  private static final class Viewer extends Thread {

    private static final long AGAIN_MILLIS = 200;

    final AtomicInteger pictures = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;

    Viewer(int port) {
      super("viewer");
      request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/page/events"))
              .timeout(Duration.ofSeconds(5))
              .build();
      setDaemon(true);
      start();
    }

    @Override
    public void run() {
      try {
        while (true) {
          Thread.sleep(AGAIN_MILLIS);
          watch();
        }
      } catch (InterruptedException e) {
        // The pairs are done.
      }
    }

    private void watch() throws InterruptedException {
      try (Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body()) {
        lines
            .filter(line -> line.equals("event: picture"))
            .forEach(l -> pictures.incrementAndGet());
      } catch (IOException | RuntimeException e) {
        // It is off, or has just been closed.
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
