package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsDefaultsTest {

  @Test
  void isExactlyOnce() throws Exception {
    assertThat(complete(Map.of()).getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
        .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
    assertThat(complete(Map.of("processing.guarantee", "exactly_once_v2"))).isNotNull();
  }

  @Test
  void theUsersValueWins() throws Exception {
    assertThat(complete(Map.of("poll.ms", "50")).getLong(StreamsConfig.POLL_MS_CONFIG))
        .isEqualTo(50);
    assertThat(complete(Map.of()).getLong(StreamsConfig.POLL_MS_CONFIG)).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "consumer.", "main.consumer."})
  void theUsersValueWinsUnderEachPrefixThatStreamsKnows(String prefix) throws Exception {
    assertThat(pollRecords(Map.of())).isEqualTo("128");
    assertThat(pollRecords(Map.of(prefix + "max.poll.records", "7"))).isEqualTo("7");
  }

  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once",
    "processing.exception.handler, org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler",
    "default.production.exception.handler, org.apache.kafka.streams.errors.DefaultProductionExceptionHandler",
    "production.exception.handler, org.apache.kafka.streams.errors.DefaultProductionExceptionHandler"
  })
  void refusesWhatWouldLoseOrDoubleRecords(String key, String value) {
    assertThatThrownBy(() -> complete(Map.of(key, value)))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining(key);
  }

  @Test
  void refusesToRunWithoutAThread() {
    assertThatThrownBy(() -> complete(Map.of("num.stream.threads", "0")))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageStartingWith("Raise num.stream.threads to 1 or more");
  }

  private static String pollRecords(Map<String, Object> set) throws StreamFailedException {
    return complete(set)
        .getMainConsumerConfigs("group", "client", 0)
        .get("max.poll.records")
        .toString();
  }

  private static StreamsConfig complete(Map<String, Object> more) throws StreamFailedException {
    Map<String, Object> client = new HashMap<>(more);
    client.put("bootstrap.servers", "localhost:9");
    return StreamsDefaults.complete(client);
  }
}
