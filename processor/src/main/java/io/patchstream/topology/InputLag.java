package io.patchstream.topology;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** How far the consumers of a process are behind, by their own account. */
final class InputLag {

  private static final String GROUP = "consumer-fetch-manager-metrics";
  private static final String LAG = "records-lag";

  private final Set<String> topics;

  InputLag(List<String> topics) {
    this.topics = Set.copyOf(topics);
  }

  /** Records of all partitions that are not read yet; empty before the first fetch. */
  OptionalLong of(Map<MetricName, ? extends Metric> metrics) {
    double lag = 0;
    boolean known = false;
    for (Metric metric : metrics.values()) {
      MetricName name = metric.metricName();
      if (name.name().equals(LAG)
          && name.group().equals(GROUP)
          && topics.contains(name.tags().get("topic"))
          && metric.metricValue() instanceof Double records
          && !records.isNaN()) {
        lag += records;
        known = true;
      }
    }
    return known ? OptionalLong.of((long) lag) : OptionalLong.empty();
  }
}
