package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.config.Settings;
import io.patchstream.quickstart.EmbeddedBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what metrics cost at full load: the processor in turns with and without its HTTP server,
 * which is scraped every second. It takes a while, so it runs only when it is named: {@code
 * -Dtest=MetricsCostTable}.
 */
class MetricsCostTable {

  private static final long SECOND = 1_000;

  @TempDir Path state;

  @Test
  void scrapedEverySecond() throws Exception {
    int port = freePort();
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Scraper scraper = new Scraper(port)) {
      BenchSettings off = CostPairs.settings(broker, state).with(Settings.HTTP_PORT, "-1");
      scraper.start();
      CostPairs.print(off.with(Settings.HTTP_PORT, Integer.toString(port)), off);
      CostPairs.print(
          "%d scrapes of %d bytes; in the median %.1f ms, of them %.1f ms of a core",
          scraper.count(), scraper.bytes(), scraper.medianMillis(), scraper.medianCpuMillis());
      assertThat(scraper.count()).isGreaterThanOrEqualTo(CostPairs.PAIRS * CostPairs.SECONDS / 2);
    }
  }

  /** Asks as Prometheus does, whenever somebody answers. */
  private static final class Scraper extends Thread implements AutoCloseable {

    private static final String SERVER = "patchstream-http-";

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> cpuNanos = new ArrayList<>();
    private int bytes;

    Scraper(int port) {
      super("scraper");
      setDaemon(true);
      request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
              .header("Accept", "application/openmetrics-text; version=1.0.0")
              .build();
    }

    @Override
    public void run() {
      try {
        while (true) {
          Thread.sleep(SECOND);
          scrape();
        }
      } catch (InterruptedException e) {
        // Only close() interrupts: it ends.
      }
    }

    private void scrape() throws InterruptedException {
      long began = System.nanoTime();
      long cpuBefore = cpuOfServer();
      try {
        int length = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body().length;
        add(System.nanoTime() - began, cpuOfServer() - cpuBefore, length);
      } catch (IOException e) {
        // It is off.
      }
    }

    private synchronized void add(long took, long cpu, int length) {
      nanos.add(took);
      cpuNanos.add(cpu);
      bytes = Math.max(bytes, length);
    }

    synchronized int count() {
      return nanos.size();
    }

    synchronized int bytes() {
      return bytes;
    }

    synchronized double medianMillis() {
      return median(nanos) / 1e6;
    }

    synchronized double medianCpuMillis() {
      return median(cpuNanos) / 1e6;
    }

    private static long median(List<Long> values) {
      return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Of the threads that answer, which all live as long as their server. */
    private static long cpuOfServer() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
          .filter(thread -> thread != null && thread.getThreadName().startsWith(SERVER))
          .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
          .sum();
    }

    @Override
    public void close() {
      interrupt();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
