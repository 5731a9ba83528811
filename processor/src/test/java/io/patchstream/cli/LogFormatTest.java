package io.patchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogFormatTest {

  private final PrintStream stderr = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true));
  }

  @AfterEach
  void asBefore() throws SettingsException {
    LogFormat.apply(settings("text"));
    System.setErr(stderr);
    System.clearProperty(Settings.LOG_FORMAT);
  }

  @Test
  void jsonIsAnObjectALine() throws Exception {
    LogFormat.apply(settings("json"));
    log("one\ntwo \"{}\"", 3);
    List<String> lines = written.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    JsonNode event = new ObjectMapper().readTree(lines.get(0));
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("formattedMessage").asText()).isEqualTo("one\ntwo \"3\"");
    assertThat(event.path("loggerName").asText()).isEqualTo("io.patchstream.test");
    assertThat(event.path("timestamp").asLong())
        .isCloseTo(System.currentTimeMillis(), within(60_000L));
  }

  @Test
  void theErrorThatEndsACommandIsOneToo(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("patchstream.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      Properties properties = new Properties();
      properties.putAll(all("json"));
      properties.store(writer, null);
    }
    written.reset();
    assertThat(PatchStream.commandLine().execute("run", "--config", file.toString())).isEqualTo(1);
    List<String> lines = written.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    JsonNode event = new ObjectMapper().readTree(lines.get(0));
    assertThat(event.path("level").asText()).isEqualTo("ERROR");
    assertThat(event.path("formattedMessage").asText()).startsWith("There is no model folder");
  }

  @Test
  void textIsALineForPeople() throws Exception {
    LogFormat.apply(settings("json"));
    LogFormat.apply(settings("text"));
    log("three", 3);
    assertThat(written.toString(UTF_8)).matches("20\\S+ INFO  \\[\\S+] test - three\n");
  }

  private static void log(String message, int argument) {
    LoggerFactory.getLogger("io.patchstream.test").info(message, argument);
  }

  private static Settings settings(String format) throws SettingsException {
    return Settings.of(all(format));
  }

  private static Map<String, String> all(String format) {
    return Map.of(
        "patchstream.model", "nowhere",
        "patchstream.input.topics", "images",
        "patchstream.labels.topic", "labels",
        "patchstream.dead.letter.topic", "failures",
        "patchstream.http.port", "-1",
        "patchstream.log.format", format,
        "bootstrap.servers", "127.0.0.1:1",
        "schema.registry.url", "http://127.0.0.1:1");
  }
}
