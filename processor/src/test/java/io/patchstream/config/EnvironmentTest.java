package io.patchstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  @ParameterizedTest
  @CsvSource({
    "PATCHSTREAM_INPUT_TOPICS, patchstream.input.topics",
    "PATCHSTREAM_KAFKA_BOOTSTRAP_SERVERS, bootstrap.servers",
    "PATCHSTREAM_KAFKA_SCHEMA_REGISTRY_URL, schema.registry.url",
    "PATCHSTREAM_KAFKA_MY__OWN___KEY, my-own_key",
  })
  void aVariableNamesAKey(String variable, String key) throws SettingsException {
    assertThat(Environment.settings(Map.of(variable, "x"))).containsOnly(Map.entry(key, "x"));
  }

  @Test
  void everySettingHasAVariable() throws SettingsException {
    for (String setting : SettingsTable.ROWS.names()) {
      String variable = Environment.variable(setting);
      assertThat(Environment.settings(Map.of(variable, "x"))).containsOnlyKeys(setting);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "PATCHSTREAM_JAVA_OPTS",
        "PATCHSTREAM_SERVICE_HOST",
        "PATCHSTREAM_GPU_SERVICE_PORT_HTTP",
        "PATCHSTREAM_PORT",
        "PATCHSTREAM_PORT_8080_TCP_ADDR",
      })
  void whatIsForOthersIsLeftAlone(String variable) throws SettingsException {
    assertThat(Environment.settings(Map.of(variable, "x"))).isEmpty();
  }

  @Test
  void theAddressOfAServiceIsNoPort() throws SettingsException {
    assertThat(Environment.settings(Map.of("PATCHSTREAM_HTTP_PORT", "tcp://10.0.0.1:80")))
        .isEmpty();
  }

  @Test
  void anUnknownVariableIsAnErrorThatNamesTheNearest() {
    assertThatThrownBy(() -> Environment.settings(Map.of("PATCHSTREAM_INPUT_TOPIC", "images")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "The environment variable PATCHSTREAM_INPUT_TOPIC names no setting; did you mean"
                + " PATCHSTREAM_INPUT_TOPICS?");
  }
}
