package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class InputLagTest {

  private static final String FETCHES = "consumer-fetch-manager-metrics";

  private final InputLag lag = new InputLag(List.of("images", "more.images"));
  private final Map<MetricName, Metric> metrics = new HashMap<>();

  @Test
  void partitionsOfTheInputAddUp() {
    add("records-lag", FETCHES, "images", 0, 3.0);
    add("records-lag", FETCHES, "images", 1, 4.0);
    add("records-lag", FETCHES, "more.images", 0, 5.0);
    assertThat(lag.of(metrics)).hasValue(12);
  }

  @Test
  void othersDoNotCount() {
    add("records-lag", FETCHES, "images", 0, 3.0);
    add("records-lag-max", FETCHES, "images", 0, 100.0);
    add("records-lag", FETCHES, "fence", 0, 100.0);
    add("records-lag", FETCHES, "more_images", 0, 100.0);
    add("records-lag", "others", "images", 0, 100.0);
    add("records-lag", FETCHES, "images", 1, Double.NaN);
    assertThat(lag.of(metrics)).hasValue(3);
  }

  @Test
  void beforeTheFirstFetchItIsUnknown() {
    assertThat(lag.of(metrics)).isEmpty();
  }

  private void add(String name, String group, String topic, int partition, double value) {
    Map<String, String> tags = Map.of("topic", topic, "partition", Integer.toString(partition));
    MetricName metricName = new MetricName(name, group, "", tags);
    metrics.put(
        metricName,
        new Metric() {
          @Override
          public MetricName metricName() {
            return metricName;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }
}
