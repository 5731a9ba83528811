package io.patchstream.ops;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchstream.inference.Engine;
import io.patchstream.ops.http.Answer;
import io.patchstream.topology.ClassificationStream;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/**
 * All that is measured of the process, in the text formats of Prometheus: of our own, of Kafka
 * Streams and its clients, and of the JVM and the process. Values are read at a scrape.
 */
final class Metrics implements AutoCloseable {

  /** Meters of tasks that came or went follow within this time. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final ScheduledExecutorService refresh =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "patchstream-metrics");
            thread.setDaemon(true);
            return thread;
          });
  private volatile KafkaStreamsMetrics streams;

  /**
   * What there is to measure before there is a model.
   *
   * @param ready whether the process is, asked at each scrape
   */
  Metrics(BooleanSupplier ready) {
    List<MeterBinder> binders =
        List.of(
            new ClassLoaderMetrics(),
            new FileDescriptorMetrics(),
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            collections);
    binders.forEach(binder -> binder.bindTo(registry));
    registry
        .getPrometheusRegistry()
        .register(
            () -> {
              Scrape scrape = new Scrape();
              scrape.gauge(
                  "patchstream_ready",
                  "1 while the process classifies what comes, otherwise 0",
                  ready.getAsBoolean() ? 1 : 0);
              return scrape.metrics();
            });
  }

  /** From now on engine and stream are measured too. */
  void watch(Engine engine, ClassificationStream stream) {
    registry.getPrometheusRegistry().register(new PatchStreamMetrics(engine, stream));
    streams = new KafkaStreamsMetrics(stream.kafkaStreams(), List.of(), refresh, REFRESH);
    streams.bindTo(registry);
  }

  /**
   * All metrics as they are now.
   *
   * @param accept the header of that name, which chooses between the formats; or null
   */
  Answer scrape(String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 18);
    try {
      writer.write(body, registry.getPrometheusRegistry().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(200, writer.getContentType(), body.toByteArray());
  }

  @Override
  public void close() {
    refresh.shutdownNow();
    if (streams != null) {
      streams.close();
    }
    collections.close();
    registry.close();
  }
}
