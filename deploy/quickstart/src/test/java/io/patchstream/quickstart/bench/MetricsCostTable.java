package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.config.Settings;
import io.patchstream.inference.Engine;
import io.patchstream.quickstart.EmbeddedBroker;
import io.patchstream.quickstart.PictureSize;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what metrics cost at full load: the same processor over the same topic, in turns with and
 * without its HTTP server, which is scraped every second. One pair after the other, each the other
 * way round, so that what else the machine does meets both. It takes a while, so it runs only when
 * it is named: {@code -Dtest=MetricsCostTable}, with {@code -Dcost.pairs=12 -Dcost.seconds=8
 * -Dcost.model=FOLDER}.
 */
class MetricsCostTable {

  private static final int PAIRS = Integer.getInteger("cost.pairs", 12);
  private static final int SECONDS = Integer.getInteger("cost.seconds", 8);
  private static final String MODEL = System.getProperty("cost.model", "model");

  private static final int PARTITIONS = 4;
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final PictureSize SIZE = new PictureSize("web", 500, 375);
  private static final long SECOND = 1_000;

  @TempDir Path state;

  @Test
  void scrapedEverySecond() throws Exception {
    int port = freePort();
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      BenchSettings off = settings(broker).with(Settings.HTTP_PORT, "-1");
      BenchSettings on = off.with(Settings.HTTP_PORT, Integer.toString(port));
      try (BenchModel model = BenchModel.open(off.settings(), CORES);
          BenchTopics topics = new BenchTopics(off.settings().clientProperties(), PARTITIONS);
          Scraper scraper = new Scraper(port)) {
        scraper.start();
        TopicToTopic road = road(model, topics, off);
        double[] ratios = new double[PAIRS];
        for (int pair = 0; pair < PAIRS; pair++) {
          boolean onFirst = pair % 2 == 0;
          double first = road.time(onFirst ? on : off).rate();
          double second = road.time(onFirst ? off : on).rate();
          double rateOn = onFirst ? first : second;
          double rateOff = onFirst ? second : first;
          ratios[pair] = rateOn / rateOff;
          print("| %d | %.1f | %.1f | %.4f |", pair + 1, rateOn, rateOff, ratios[pair]);
        }
        Arrays.sort(ratios);
        print(
            "median %.4f, quartiles %.4f and %.4f, of %d pairs; %d scrapes of %d bytes, %.1f ms in the"
                + " median",
            ratios[PAIRS / 2],
            ratios[PAIRS / 4],
            ratios[PAIRS - 1 - PAIRS / 4],
            PAIRS,
            scraper.count(),
            scraper.bytes(),
            scraper.medianMillis());
        assertThat(scraper.count()).isGreaterThanOrEqualTo(PAIRS * SECONDS / 2);
      }
    }
  }

  /** Over a topic that lasts for the time at the rate of a first run, which also warms up. */
  private static TopicToTopic road(BenchModel model, BenchTopics topics, BenchSettings settings)
      throws Exception {
    Workload workload =
        Workload.of("web", PictureFiles.drawn(48, SIZE, 1).plain(), model.images(settings));
    Answers answers;
    try (Engine engine = model.engine(settings)) {
      answers = Answers.of(engine, workload);
    }
    FilledTopic few = FilledTopic.fill(topics, workload, 100, SECONDS, 500, 1);
    double rate = new TopicToTopic(topics, few, answers).time(settings).rate();
    print("%s: %.1f img/s to begin with", model.description().name(), rate);
    print("| pair | on, img/s | off, img/s | on / off |");
    FilledTopic images = FilledTopic.fill(topics, workload, rate, SECONDS, 100, 2);
    return new TopicToTopic(topics, images, answers);
  }

  private BenchSettings settings(EmbeddedBroker broker) {
    return new BenchSettings(
        null,
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "schema.registry.url",
            "mock://metrics-cost",
            "state.dir",
            state.toString(),
            Settings.INPUT_TOPICS,
            "images",
            Settings.LABELS_TOPIC,
            "labels",
            Settings.DEAD_LETTER_TOPIC,
            "failures",
            Settings.MODEL,
            MODEL));
  }

  /** Asks as Prometheus does, whenever somebody answers. */
  private static final class Scraper extends Thread implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final List<Long> nanos = new ArrayList<>();
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
      try {
        int length = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body().length;
        add(System.nanoTime() - began, length);
      } catch (IOException e) {
        // It is off.
      }
    }

    private synchronized void add(long took, int length) {
      nanos.add(took);
      bytes = Math.max(bytes, length);
    }

    synchronized int count() {
      return nanos.size();
    }

    synchronized int bytes() {
      return bytes;
    }

    synchronized double medianMillis() {
      return nanos.stream().sorted().toList().get(nanos.size() / 2) / 1e6;
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

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
