package io.patchstream.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.Exposition;
import io.patchstream.fixtures.Exposition.Family;
import io.patchstream.fixtures.Exposition.Format;
import io.patchstream.fixtures.Exposition.Sample;
import io.patchstream.inference.Histogram;
import io.patchstream.ops.http.Answer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  private final AtomicBoolean ready = new AtomicBoolean();

  @Test
  void beforeThereIsAModelTheProcessIsMeasured() {
    try (Metrics metrics = new Metrics(ready::get)) {
      assertThat(text(metrics)).containsKeys("jvm_memory_used_bytes", "process_cpu_usage");
      assertThat(text(metrics).get("patchstream_ready").samples())
          .containsExactly(new Sample("patchstream_ready", Map.of(), 0));
      ready.set(true);
      assertThat(text(metrics).get("patchstream_ready").samples())
          .containsExactly(new Sample("patchstream_ready", Map.of(), 1));
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"*/*", "text/html", "application/vnd.google.protobuf;encoding=delimited;q=0.9"})
  void theTextFormatIsForWhoeverAsksForNothingElse(String accept) {
    try (Metrics metrics = new Metrics(ready::get)) {
      assertThat(metrics.scrape(accept).contentType())
          .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/openmetrics-text;version=1.0.0
          application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4
          """)
  void openMetricsIsForWhoeverAsksForIt(String accept) {
    try (Metrics metrics = new Metrics(ready::get)) {
      Answer answer = metrics.scrape(accept);
      assertThat(answer.contentType())
          .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
      String page = new String(answer.body(), StandardCharsets.UTF_8);
      assertThat(Exposition.parse(page, Format.OPEN_METRICS)).containsKey("patchstream_ready");
    }
  }

  @Test
  void aHistogramIsShownInItsUnit() throws Exception {
    Histogram.Counter counter = Histogram.Counter.ofSeconds(0.0005, 0.1, 2.5);
    for (long millis : new long[] {0, 100, 101, 9_000}) {
      counter.add(1_000_000 * millis);
    }
    Scrape scrape = new Scrape();
    scrape.histogram("h_seconds", "Time", Scrape.SECONDS, counter.counted());
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(page, scrape.metrics());

    assertThat(page.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            # HELP h_seconds Time
            # TYPE h_seconds histogram
            h_seconds_bucket{le="5.0E-4"} 1
            h_seconds_bucket{le="0.1"} 2
            h_seconds_bucket{le="2.5"} 3
            h_seconds_bucket{le="+Inf"} 4
            h_seconds_count 4
            h_seconds_sum 9.201
            """);
  }

  @Test
  void aCounterForEachValueOfALabel() throws Exception {
    Scrape scrape = new Scrape();
    scrape.counters("c", "Things", "kind", Map.of("a \"b\" \\ \n c", 3L));
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(page, scrape.metrics());

    Map<String, Family> families =
        Exposition.parse(page.toString(StandardCharsets.UTF_8), Format.PROMETHEUS_TEXT);
    assertThat(families.get("c_total").samples())
        .isEqualTo(List.of(new Sample("c_total", Map.of("kind", "a \"b\" \\ \n c"), 3)));
  }

  private static Map<String, Family> text(Metrics metrics) {
    return Exposition.parse(
        new String(metrics.scrape("text/plain").body(), StandardCharsets.UTF_8),
        Format.PROMETHEUS_TEXT);
  }
}
