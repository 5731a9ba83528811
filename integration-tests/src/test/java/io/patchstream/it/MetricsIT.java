package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.Exposition;
import io.patchstream.fixtures.Exposition.Family;
import io.patchstream.fixtures.Exposition.Format;
import io.patchstream.fixtures.Exposition.Sample;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a processor that classified, failed and redid something says of itself, by the letter of
 * both formats, is what METRICS.md says that it does: no more and no less.
 */
@ExtendWith(Services.class)
class MetricsIT {

  private static final int COUNT = 40;
  private static final int BROKEN = 3;
  private static final Duration LONG = Duration.ofMinutes(2);

  /** How often Micrometer looks for meters that came and went. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  private static final Duration REFRESHED = REFRESH.multipliedBy(3);

  private static final String ASSIGNED = "kafka_consumer_coordinator_assigned_partitions";

  private static final Pattern URL = Pattern.compile("metrics at (http://\\S+)");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void whatIsScrapedIsWhatIsDocumented(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    NumberedVit.slow(COUNT, 2).writeTo(model);
    MetricsPage page = MetricsPage.read();
    try (Pipeline pipeline = new Pipeline(kafka, registry, "metrics", 2, model);
        CommittedReader results = pipeline.results()) {
      ProcessorProcess processor = pipeline.with("patchstream.http.port", "0").processor();
      new NumberedImages(pipeline, COUNT).send(picture -> picture.withScale(4).png());
      processor.start();
      results.awaitRecords(8, LONG);
      assertThat(processor.terminate(LONG)).isZero();
      processor.start();
      sendBroken(pipeline);
      results.awaitRecords(2 * COUNT + BROKEN, LONG);
      String url = url(processor);
      Await.until(
          REFRESHED,
          () -> "Kafka's metrics have not all come",
          () -> text(url).keySet().containsAll(page.ofKafka()));

      Map<String, Family> text = text(url);
      page.assertDescribes(text);
      assertCounted(text);
      assertThat(series(openMetrics(url))).isEqualTo(series(text));
      assertValidWhile(url, pipeline.processor().start());
      assertThat(processor.log()).doesNotContain("icrometer", "rometheus");
    }
  }

  private static void sendBroken(Pipeline pipeline) {
    for (int i = 0; i < BROKEN; i++) {
      pipeline.sendEvent(
          0,
          "broken-" + i,
          ImageEvent.newBuilder().setContent(ByteBuffer.wrap("no image".getBytes(UTF_8))).build());
    }
    pipeline.flush();
  }

  /** This start found something left behind, and has done all the rest. */
  private static void assertCounted(Map<String, Family> families) {
    double classified =
        value(families, "patchstream_images_total", Map.of("outcome", "classified"));
    double failed = value(families, "patchstream_images_total", Map.of("outcome", "failed"));
    assertThat(classified).isBetween(1.0, COUNT - 4.0);
    assertThat(failed).isEqualTo(BROKEN);
    assertThat(
            value(families, "patchstream_failures_total", Map.of("reason", "UNSUPPORTED_FORMAT")))
        .isEqualTo(BROKEN);
    assertThat(value(families, "patchstream_images_redone_total", Map.of())).isPositive();
    assertThat(value(families, "patchstream_ready", Map.of())).isEqualTo(1);
    assertThat(value(families, "patchstream_end_to_end_seconds_count", Map.of()))
        .isEqualTo(classified + failed);
    for (String stage : Set.of("fetch", "decode", "queue", "inference", "order")) {
      Map<String, String> labels = Map.of("stage", stage);
      assertThat(value(families, "patchstream_image_stage_seconds_count", labels))
          .as(stage)
          .isBetween(classified, classified + failed);
      assertThat(value(families, "patchstream_image_stage_seconds_sum", labels))
          .as(stage)
          .isPositive();
    }
    assertThat(value(families, "patchstream_batch_images_sum", Map.of())).isEqualTo(classified);
    assertThat(value(families, "patchstream_device_busy_seconds_total", Map.of("device", "cpu")))
        .isPositive();
    assertThat(value(families, "patchstream_in_flight_bytes", Map.of())).isZero();
  }

  private static double value(
      Map<String, Family> families, String name, Map<String, String> labels) {
    return families.values().stream()
        .flatMap(family -> family.samples().stream())
        .filter(sample -> sample.name().equals(name) && sample.labels().equals(labels))
        .mapToDouble(Sample::value)
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + name + " " + labels));
  }

  private static Map<String, Family> openMetrics(String url) throws Exception {
    HttpResponse<String> response = get(url, "application/openmetrics-text; version=1.0.0");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text; version=1.0.0");
    return Exposition.parse(response.body(), Format.OPEN_METRICS);
  }

  /** Partitions move to another process, and with them their metrics. */
  private static void assertValidWhile(String url, ProcessorProcess joining) throws Exception {
    double before = value(text(url), ASSIGNED);
    joining.awaitRunning(LONG);
    Await.until(
        REFRESHED, () -> "no partition has moved", () -> value(text(url), ASSIGNED) < before);
    long end = System.nanoTime() + REFRESH.toNanos();
    while (System.nanoTime() < end) {
      text(url);
      openMetrics(url);
      Thread.sleep(500);
    }
  }

  /** Of a metric that has one series. */
  private static double value(Map<String, Family> families, String name) {
    return families.get(name).samples().get(0).value();
  }

  private static Set<String> series(Map<String, Family> families) {
    return families.values().stream()
        .flatMap(family -> family.samples().stream())
        .filter(sample -> sample.name().startsWith("patchstream_"))
        .map(sample -> sample.name() + sample.labels())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Family> text(String url) {
    try {
      HttpResponse<String> response = get(url, "text/plain");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      return Exposition.parse(response.body(), Format.PROMETHEUS_TEXT);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no scrape of " + url, e);
    }
  }

  private static HttpResponse<String> get(String url, String accept)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Accept", accept).timeout(LONG).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  private static String url(ProcessorProcess processor) {
    processor.awaitLog("metrics at http://", LONG);
    Matcher matcher = URL.matcher(processor.log());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1) + "/metrics";
  }
}
