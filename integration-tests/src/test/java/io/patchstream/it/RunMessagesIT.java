package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run} says to somebody who told it something wrong, and how it ends. */
@ExtendWith(Services.class)
class RunMessagesIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  /** The longest that a service is waited for, and time to start. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(25);

  @TempDir Path folder;

  private Path model;
  private final Map<String, String> settings = new TreeMap<>();

  /** How it ended. */
  private record End(int exitCode, String stderr) {}

  @BeforeEach
  void everythingRight(KafkaCluster kafka, SchemaRegistry registry) throws IOException {
    model = NumberedVit.of(10).writeTo(Files.createDirectory(folder.resolve("vit")));
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("schema.registry.url", registry.url());
    settings.put("application.id", "messages");
    settings.put("patchstream.model", model.toString());
    settings.put("patchstream.input.topics", "messages-images");
    settings.put("patchstream.labels.topic", "messages-labels");
    settings.put("patchstream.dead.letter.topic", "messages-failures");
    settings.put("patchstream.http.port", "-1");
    if (!kafka.topics().names().contains("messages-images")) {
      for (String topic : List.of("images", "labels", "failures")) {
        kafka.topics().create("messages-" + topic, 1);
      }
    }
  }

  @Test
  void withoutAFile() throws IOException {
    End end = end(List.of("run"), SOON);
    assertThat(end.exitCode()).isEqualTo(2);
    assertThat(end.stderr()).startsWith("Missing required option: '--config=FILE'\nUsage:");
  }

  @Test
  void aFileThatIsNotThere() throws IOException {
    Path missing = folder.resolve("missing.properties");
    End end = end(List.of("run", "--config", missing.toString()), SOON);
    assertThat(end)
        .isEqualTo(new End(2, "There is no settings file " + missing + ": check the path.\n"));
  }

  @Test
  void aKeyThatIsMisspelt() throws IOException {
    settings.put("patchstream.label.topic", "messages-labels");
    assertThat(run())
        .isEqualTo(
            new End(
                2,
                "There is no setting patchstream.label.topic; did you mean"
                    + " patchstream.labels.topic?\n"));
  }

  @Test
  void aValueThatKafkaDoesNotTake() throws IOException {
    settings.put("consumer.session.timeout.ms", "10");
    assertFailsWith("Failed to construct kafka consumer: ");
  }

  @Test
  void aValueThatTheRegistryClientDoesNotTake() throws IOException {
    settings.put("auto.register.schemas", "maybe");
    assertFailsWith("Correct the settings of the schema registry's client: Invalid value maybe");
  }

  @Test
  void topicsThatAreNotThere() throws IOException {
    settings.put("patchstream.input.topics", "messages-pictures");
    settings.put("patchstream.embeddings.topic", "messages-vectors");
    assertThat(run())
        .isEqualTo(
            new End(
                1,
                "These topics do not exist at "
                    + settings.get("bootstrap.servers")
                    + ": messages-pictures, messages-vectors; create what is missing (patchstream"
                    + " topics --create) or correct the name.\n"));
  }

  @Test
  void aBrokerThatDoesNotAnswer() throws IOException {
    settings.put("bootstrap.servers", "127.0.0.1:" + Workspace.freePort());
    End end = run();
    List<String> lines = end.stderr().lines().toList();
    String sentence = lines.get(lines.size() - 1);
    assertThat(sentence)
        .startsWith("No Kafka broker answers at " + settings.get("bootstrap.servers") + ": check")
        .endsWith(".");
    // Before it, the client says now and then that it tries.
    assertThat(lines.subList(0, lines.size() - 1))
        .hasSizeLessThan(10)
        .allMatch(line -> line.contains("Connection to node"));
    assertThat(end.exitCode()).isEqualTo(1);
  }

  @Test
  void aRegistryThatDoesNotAnswer() throws IOException {
    settings.put("schema.registry.url", "http://127.0.0.1:" + Workspace.freePort());
    assertFailsWith(
        "The schema registry at "
            + settings.get("schema.registry.url")
            + " cannot be used: check that it runs");
  }

  @Test
  void aModelFolderThatIsNotThere() throws IOException {
    settings.put("patchstream.model", folder.resolve("nowhere").toString());
    assertFailsWith("There is no model folder " + folder.resolve("nowhere"));
  }

  @Test
  void aModelFolderThatLacksAFile() throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      Path away = folder.resolve("away");
      Files.move(model.resolve(file), away);
      assertFailsWith(model.resolve(file) + " is missing");
      Files.move(away, model.resolve(file));
    }
  }

  @Test
  void aBucketWithoutCredentials() throws IOException {
    settings.put("patchstream.content.uri.prefixes", "s3://pictures");
    settings.put("patchstream.content.uri.s3.region", "eu-central-1");
    assertFailsWith("There are no credentials for s3: URIs. Give them in the environment");
  }

  @Test
  void terminatedWhileItRuns(KafkaCluster kafka) throws IOException {
    try (ProcessorProcess processor =
        new ProcessorProcess("messages-1", settings, kafka.topics()).start().awaitRunning(SOON)) {
      assertThat(processor.terminate(Duration.ofSeconds(10))).isZero();
      assertThat(processor.temporaryFiles()).isEmpty();
    }
  }

  /** Brokers that do not answer keep it for seconds before it is ready. */
  @Test
  void terminatedBeforeItIsReady(KafkaCluster kafka) throws IOException {
    settings.put("bootstrap.servers", "127.0.0.1:" + Workspace.freePort());
    settings.put("patchstream.http.port", "0");
    try (ProcessorProcess processor =
        new ProcessorProcess("messages-2", settings, kafka.topics()).start()) {
      processor.awaitLog("Health and metrics at", SOON);
      assertThat(processor.terminate(Duration.ofSeconds(10))).isZero();
      assertThat(processor.log()).contains("Stopping").doesNotContain("No Kafka broker answers");
      assertThat(processor.temporaryFiles()).isEmpty();
    }
  }

  /** One sentence, nothing else, and the exit code of a failure. */
  private void assertFailsWith(String beginning) throws IOException {
    End end = run();
    assertThat(end.stderr()).startsWith(beginning).endsWith(".\n");
    assertThat(end.stderr().lines()).hasSize(1);
    assertThat(end.exitCode()).isEqualTo(1);
  }

  private End run() throws IOException {
    Path file = folder.resolve("patchstream.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return end(List.of("run", "--config", file.toString()), LONGEST_ANSWER);
  }

  private End end(List<String> arguments, Duration atMost) {
    // Standard output is for what a command prints: the messages are not there.
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$0\" \"$@\" > \"$STDOUT\""));
    command.add(ProcessorProcess.launcher());
    command.addAll(arguments);
    Path stdout = folder.resolve("stdout.txt");
    Map<String, String> environment =
        Map.of("JAVA_HOME", System.getProperty("java.home"), "STDOUT", stdout.toString());
    try (ChildProcess process =
        ChildProcess.start("patchstream", folder.resolve("stderr.txt"), command, environment)) {
      int exitCode = process.awaitExit(atMost);
      assertThat(stdout).isEmptyFile();
      return new End(exitCode, process.log());
    }
  }
}
