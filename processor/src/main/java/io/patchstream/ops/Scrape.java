package io.patchstream.ops;

import io.patchstream.inference.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The metrics of one scrape, as they are added. Names are without the suffix that goes with their
 * type: {@code _total} of a counter, {@code _info} of an info.
 */
final class Scrape {

  /** How many of a histogram's units are one that is shown: nanoseconds in a second. */
  static final double SECONDS = 1e9;

  /** Where the histogram counts what is shown. */
  static final double ONES = 1;

  private final List<MetricSnapshot> metrics = new ArrayList<>();

  /** The constant 1, whose labels say what there is to know. */
  void info(String name, String help, Labels labels) {
    metrics.add(
        new InfoSnapshot(
            new MetricMetadata(name, help), List.of(new InfoDataPointSnapshot(labels))));
  }

  void gauge(String name, String help, double value) {
    metrics.add(
        new GaugeSnapshot(
            new MetricMetadata(name, help),
            List.of(new GaugeDataPointSnapshot(value, Labels.EMPTY, null))));
  }

  /** A gauge for each value of a label. */
  void gauges(String name, String help, String label, Map<String, ? extends Number> values) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    values.forEach(
        (key, value) ->
            points.add(
                new GaugeDataPointSnapshot(value.doubleValue(), Labels.of(label, key), null)));
    metrics.add(new GaugeSnapshot(new MetricMetadata(name, help), points));
  }

  void counter(String name, String help, double value) {
    metrics.add(
        new CounterSnapshot(new MetricMetadata(name, help), List.of(point(value, Labels.EMPTY))));
  }

  /** A counter for each value of a label. */
  void counters(String name, String help, String label, Map<String, ? extends Number> values) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    values.forEach((key, value) -> points.add(point(value.doubleValue(), Labels.of(label, key))));
    metrics.add(new CounterSnapshot(new MetricMetadata(name, help), points));
  }

  /**
   * A histogram.
   *
   * @param unit how many of what it counts are one of what is shown
   */
  void histogram(String name, String help, double unit, Histogram histogram) {
    metrics.add(
        new HistogramSnapshot(
            new MetricMetadata(name, help), List.of(point(histogram, unit, Labels.EMPTY))));
  }

  /** A histogram for each value of a label. */
  void histograms(
      String name, String help, double unit, String label, Map<String, Histogram> histograms) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    histograms.forEach(
        (key, histogram) -> points.add(point(histogram, unit, Labels.of(label, key))));
    metrics.add(new HistogramSnapshot(new MetricMetadata(name, help), points));
  }

  /** All that was added. */
  MetricSnapshots metrics() {
    return new MetricSnapshots(metrics);
  }

  private static CounterDataPointSnapshot point(double value, Labels labels) {
    return new CounterDataPointSnapshot(value, labels, null, 0);
  }

  private static HistogramDataPointSnapshot point(Histogram histogram, double unit, Labels labels) {
    long[] bounds = histogram.bounds();
    double[] shown = new double[bounds.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      shown[i] = bounds[i] / unit;
    }
    shown[bounds.length] = Double.POSITIVE_INFINITY;
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(shown, histogram.counts()),
        histogram.sum() / unit,
        labels,
        Exemplars.EMPTY,
        0);
  }
}
