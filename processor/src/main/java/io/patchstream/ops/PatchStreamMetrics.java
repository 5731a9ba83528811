package io.patchstream.ops;

import static io.patchstream.ops.Scrape.ONES;
import static io.patchstream.ops.Scrape.SECONDS;

import io.patchstream.inference.DeviceTime;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineStatistics;
import io.patchstream.inference.Histogram;
import io.patchstream.inference.ModelIdentity;
import io.patchstream.model.PositionTables;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.StreamStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics of our own. Engine and stream count whether or not anybody asks; here their counts
 * are read at each scrape, and between scrapes nothing happens. What each metric means is said
 * again in METRICS.md, with what to do about it.
 */
final class PatchStreamMetrics implements MultiCollector {

  private final Engine engine;
  private final ClassificationStream stream;

  PatchStreamMetrics(Engine engine, ClassificationStream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  @Override
  public MetricSnapshots collect() {
    Scrape scrape = new Scrape();
    EngineStatistics engineDid = engine.statistics();
    StreamStatistics streamDid = stream.statistics();
    identity(scrape);
    outcomes(scrape, streamDid);
    times(scrape, engineDid, streamDid);
    batches(scrape, engineDid);
    inFlight(scrape);
    devices(scrape, engineDid.devices());
    positionTables(scrape, engine.positionTables());
    return scrape.metrics();
  }

  private void identity(Scrape scrape) {
    ModelIdentity model = engine.identity();
    String version = PatchStreamMetrics.class.getPackage().getImplementationVersion();
    String devices =
        engine.devices().lanes().stream()
            .map(Object::toString)
            .distinct()
            .collect(Collectors.joining(","));
    scrape.info(
        "patchstream",
        "What runs: the constant 1",
        Labels.of(
            "version", Objects.requireNonNullElse(version, "unpackaged"),
            "model", model.name(),
            "revision", model.revision(),
            "precision", model.precision(),
            "device", devices));
  }

  private static void outcomes(Scrape scrape, StreamStatistics did) {
    scrape.counters(
        "patchstream_images",
        "Images whose result or failure was forwarded",
        "outcome",
        Map.of("classified", did.classified(), "failed", did.failed()));
    scrape.counters(
        "patchstream_failures",
        "Images whose failure was forwarded, by its reason as the dead letter names it",
        "reason",
        named(did.failures(), Enum::name));
    scrape.counter(
        "patchstream_images_redone",
        "Images fetched again because the last owner of their partition had not finished them",
        did.redone());
  }

  private static void times(Scrape scrape, EngineStatistics engine, StreamStatistics stream) {
    Map<String, Histogram> stages = named(engine.stages(), PatchStreamMetrics::label);
    stages.put("order", stream.order());
    scrape.histograms(
        "patchstream_image_stage_seconds",
        "Time that images took in a stage that they passed",
        SECONDS,
        "stage",
        stages);
    scrape.histogram(
        "patchstream_end_to_end_seconds",
        "From the timestamp of an event to the forwarding of its result or failure",
        SECONDS,
        stream.endToEnd());
  }

  private static void batches(Scrape scrape, EngineStatistics did) {
    scrape.histogram(
        "patchstream_batch_images", "Images in a batch that left", ONES, did.batchImages());
    scrape.histogram(
        "patchstream_batch_tokens",
        "Tokens in a batch that left, prefix tokens included",
        ONES,
        did.batchTokens());
    scrape.counters(
        "patchstream_batches",
        "Batches that left for a session, by why they did",
        "departure",
        named(did.batches(), PatchStreamMetrics::label));
  }

  private void inFlight(Scrape scrape) {
    scrape.gauge(
        "patchstream_queue_images",
        "Images in flight that wait for a thread, a batch or a session",
        engine.queued());
    scrape.gauge(
        "patchstream_in_flight_images",
        "Images in the engine that have no outcome yet",
        engine.inFlight());
    scrape.gauge(
        "patchstream_in_flight_images_limit",
        "Images in flight at which stream threads wait",
        engine.maxInFlight());
    scrape.gauge(
        "patchstream_in_flight_bytes",
        "Bytes of input records in memory until their results are forwarded",
        stream.bytesInFlight());
    scrape.gauge(
        "patchstream_in_flight_bytes_limit",
        "Bytes of input records in memory at which later ones are left in the topic",
        stream.maxBytesInFlight());
  }

  private static void devices(Scrape scrape, Map<?, DeviceTime> devices) {
    scrape.gauges(
        "patchstream_device_lanes",
        "Lanes that run batches on the device side by side",
        "device",
        named(devices, Object::toString, DeviceTime::lanes));
    scrape.counters(
        "patchstream_device_busy_seconds",
        "Time in runs of the model, added up over the device's lanes",
        "device",
        named(devices, Object::toString, time -> time.busy().toNanos() / SECONDS));
    scrape.counters(
        "patchstream_device_starved_seconds",
        "Time in which lanes of the device waited for images that were being loaded or decoded",
        "device",
        named(devices, Object::toString, time -> time.starved().toNanos() / SECONDS));
  }

  private static void positionTables(Scrape scrape, PositionTables.Usage usage) {
    scrape.gauge(
        "patchstream_position_tables", "Position tables that are kept, one a grid", usage.tables());
    scrape.counter(
        "patchstream_position_table_hits",
        "Runs of the model, by grid, whose position table was kept",
        usage.hits());
    scrape.counter(
        "patchstream_position_table_misses",
        "Runs of the model, by grid, whose position table had to be interpolated",
        usage.misses());
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <K, V> Map<String, V> named(Map<K, V> values, Function<? super K, String> label) {
    return named(values, label, Function.identity());
  }

  private static <K, V, N> Map<String, N> named(
      Map<K, V> values, Function<? super K, String> label, Function<V, N> shown) {
    Map<String, N> named = new LinkedHashMap<>();
    values.forEach((key, value) -> named.put(label.apply(key), shown.apply(value)));
    return named;
  }
}
