package io.patchstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.Resolution;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "patchstream.model", "/models/vit",
          "patchstream.input.topics", "images",
          "patchstream.labels.topic", "labels",
          "patchstream.dead.letter.topic", "failures",
          "bootstrap.servers", "localhost:9092",
          "schema.registry.url", "http://localhost:8081");

  @TempDir Path folder;

  @Test
  void theRequiredKeysAreEnough() throws SettingsException {
    Settings settings = Settings.of(REQUIRED);

    assertThat(settings.model()).isEqualTo(Path.of("/models/vit"));
    assertThat(settings.inputTopics()).containsExactly("images");
    assertThat(settings.inputFormat()).isEqualTo(InputFormat.AVRO);
    assertThat(settings.labelsTopic()).contains("labels");
    assertThat(settings.embeddingsTopic()).isEmpty();
    assertThat(settings.deadLetterTopic()).isEqualTo("failures");
    assertThat(settings.deadLetterMaxBytes()).isEqualTo(524_288);
    assertThat(settings.resolution()).isEqualTo(Resolution.Mode.FIXED);
    assertThat(settings.imageLimits()).isEqualTo(new ImageLimits(16_777_216, 50_000_000));
    assertThat(settings.imageMaxTokens()).isEqualTo(1024);
    assertThat(settings.imageTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.imageExifOrientation()).isTrue();
    assertThat(settings.imageColorManaged()).isFalse();
    assertThat(settings.imageDecodeReduced()).isFalse();
    assertThat(settings.batchMaxSize()).isEmpty();
    assertThat(settings.batchMaxDelay()).isZero();
    assertThat(settings.batchMaxTokens()).isEmpty();
    assertThat(settings.topK()).isEqualTo(5);
    assertThat(settings.devices()).containsExactly("auto");
    assertThat(settings.deviceMemoryMaxBytes()).isZero();
    assertThat(settings.precision()).isEqualTo("auto");
    assertThat(settings.decodeThreads()).isEmpty();
    assertThat(settings.inferenceThreads()).isEmpty();
    assertThat(settings.inFlightMaxBytes()).isEqualTo(67_108_864);
    assertThat(settings.httpPort()).isEqualTo(9464);
    assertThat(settings.httpHost()).isEqualTo("127.0.0.1");
    assertThat(settings.logFormat()).isEqualTo("text");
    assertThat(settings.positionCacheBytes()).isEqualTo(67_108_864);
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void everyKeyIsReadFromItsOwnRow() throws SettingsException {
    Settings settings =
        Settings.of(
            with(
                Map.ofEntries(
                    Map.entry("patchstream.input.topics", "b, a"),
                    Map.entry("patchstream.input.format", "raw"),
                    Map.entry("patchstream.labels.topic", ""),
                    Map.entry("patchstream.embeddings.topic", "embeddings"),
                    Map.entry("patchstream.dead.letter.max.bytes", "1"),
                    Map.entry("patchstream.resolution", "native"),
                    Map.entry("patchstream.image.max.bytes", "2"),
                    Map.entry("patchstream.image.max.pixels", "3"),
                    Map.entry("patchstream.image.max.tokens", "4"),
                    Map.entry("patchstream.image.timeout.ms", "15"),
                    Map.entry("patchstream.image.exif.orientation", "false"),
                    Map.entry("patchstream.image.color.managed", "true"),
                    Map.entry("patchstream.image.decode.reduced", "true"),
                    Map.entry("patchstream.batch.max.size", "5"),
                    Map.entry("patchstream.batch.max.delay.ms", "6"),
                    Map.entry("patchstream.batch.max.tokens", "7"),
                    Map.entry("patchstream.top.k", "8"),
                    Map.entry("patchstream.device", "cuda:1,cuda:1, cuda"),
                    Map.entry("patchstream.device.memory.max.bytes", "16"),
                    Map.entry("patchstream.precision", "fp32"),
                    Map.entry("patchstream.threads.decode", "9"),
                    Map.entry("patchstream.threads.inference", "10"),
                    Map.entry("patchstream.content.uri.prefixes", "https:, file:/pictures"),
                    Map.entry("patchstream.content.uri.private.hosts", "store"),
                    Map.entry("patchstream.content.uri.timeout.ms", "13"),
                    Map.entry("patchstream.content.uri.threads", "14"),
                    Map.entry("patchstream.content.uri.s3.endpoint", "https://store:9000/"),
                    Map.entry("patchstream.content.uri.s3.region", "here"),
                    Map.entry("patchstream.content.uri.s3.anonymous", "true"),
                    Map.entry("patchstream.in.flight.max.bytes", "11"),
                    Map.entry("patchstream.http.port", "-1"),
                    Map.entry("patchstream.http.host", "0.0.0.0"),
                    Map.entry("patchstream.log.format", "json"),
                    Map.entry("patchstream.position.cache.bytes", "12"))));

    assertThat(settings.inputTopics()).containsExactly("b", "a");
    assertThat(settings.inputFormat()).isEqualTo(InputFormat.RAW);
    assertThat(settings.labelsTopic()).isEmpty();
    assertThat(settings.embeddingsTopic()).contains("embeddings");
    assertThat(settings.deadLetterMaxBytes()).isEqualTo(1);
    assertThat(settings.resolution()).isEqualTo(Resolution.Mode.NATIVE);
    assertThat(settings.imageLimits()).isEqualTo(new ImageLimits(2, 3));
    assertThat(settings.imageMaxTokens()).isEqualTo(4);
    assertThat(settings.imageTimeout()).isEqualTo(Duration.ofMillis(15));
    assertThat(settings.imageExifOrientation()).isFalse();
    assertThat(settings.imageColorManaged()).isTrue();
    assertThat(settings.imageDecodeReduced()).isTrue();
    assertThat(settings.batchMaxSize()).hasValue(5);
    assertThat(settings.batchMaxDelay()).isEqualTo(Duration.ofMillis(6));
    assertThat(settings.batchMaxTokens()).hasValue(7);
    assertThat(settings.topK()).isEqualTo(8);
    assertThat(settings.devices()).containsExactly("cuda:1", "cuda:1", "cuda");
    assertThat(settings.deviceMemoryMaxBytes()).isEqualTo(16);
    assertThat(settings.precision()).isEqualTo("fp32");
    assertThat(settings.decodeThreads()).hasValue(9);
    assertThat(settings.inferenceThreads()).hasValue(10);
    assertThat(settings.content())
        .isEqualTo(
            new FetchOptions(
                List.of("https:", "file:/pictures"),
                List.of("store"),
                2,
                Duration.ofMillis(13),
                14,
                new S3Options(
                    Optional.of(URI.create("https://store:9000")), Optional.of("here"), true)));
    assertThat(settings.loadThreads()).isEqualTo(14);
    assertThat(settings.inFlightMaxBytes()).isEqualTo(11);
    assertThat(settings.httpPort()).isEqualTo(-1);
    assertThat(settings.httpHost()).isEqualTo("0.0.0.0");
    assertThat(settings.logFormat()).isEqualTo("json");
    assertThat(settings.positionCacheBytes()).isEqualTo(12);
  }

  @Test
  void commandLineWinsOverEnvironmentWinsOverFile() throws Exception {
    Path file = write("patchstream.top.k=1\npatchstream.batch.max.size=1\nclient.id=file\n");
    Map<String, String> environment =
        Map.of(
            "PATCHSTREAM_TOP_K", "2",
            "PATCHSTREAM_BATCH_MAX_SIZE", "2",
            "PATCHSTREAM_KAFKA_CLIENT_ID", "environment");
    Settings settings =
        Settings.load(file, environment, with(Map.of("patchstream.batch.max.size", "3")));

    assertThat(settings.topK()).isEqualTo(2);
    assertThat(settings.batchMaxSize()).hasValue(3);
    assertThat(settings.clientProperties()).containsEntry("client.id", "environment");
  }

  @Test
  void everyOtherKeyGoesToTheClientsAsItIs() throws SettingsException {
    Map<String, String> clientKeys =
        Map.of("consumer.max.poll.records", "7", "my.interceptor.colour", "blue");
    Settings settings = Settings.of(with(clientKeys));

    assertThat(settings.clientProperties())
        .containsAllEntriesOf(clientKeys)
        .containsEntry("schema.registry.url", "http://localhost:8081")
        .noneSatisfy((key, value) -> assertThat(key).startsWith("patchstream."));
  }

  @Test
  void secretsAreResolvedForOurKeysAndForTheClients() throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets"), "topic=hidden\nuser=me:${x:y}\n");
    Settings settings =
        Settings.of(
            with(
                Map.of(
                    "config.providers",
                    "file",
                    "config.providers.file.class",
                    "org.apache.kafka.common.config.provider.FileConfigProvider",
                    "patchstream.dead.letter.topic",
                    "${file:" + secrets + ":topic}",
                    "basic.auth.user.info",
                    "${file:" + secrets + ":user}")));

    assertThat(settings.deadLetterTopic()).isEqualTo("hidden");
    assertThat(settings.clientProperties())
        .containsEntry("basic.auth.user.info", "me:${x:y}")
        .noneSatisfy((key, value) -> assertThat(key).startsWith("config.providers"));
  }

  @Test
  void aSecretThatIsNotThereIsNamed() throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets"), "user=me\n");
    String reference = "${file:" + secrets + ":usr}";
    Map<String, String> properties =
        with(
            Map.of(
                "config.providers", "file",
                "config.providers.file.class",
                    "org.apache.kafka.common.config.provider.FileConfigProvider",
                "basic.auth.user.info", reference));

    assertThat(problems(properties))
        .containsExactly(
            "basic.auth.user.info refers to "
                + reference
                + ", which does not exist: add it there.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "https://me:secret@one,https://me:secret@two https://one,https://two me:secret",
        "https://me:sec,ret@one:8081/path https://one:8081/path me:sec,ret",
        "https://me:s@c/r@one,http://two https://one,http://two me:s@c/r",
      })
  void aUserInTheRegistrysAddressIsMovedWhereItIsNotShown(String address, String shown, String user)
      throws Exception {
    assertThat(Settings.of(with(Map.of("schema.registry.url", address))).clientProperties())
        .containsEntry("schema.registry.url", shown)
        .containsEntry("basic.auth.credentials.source", "USER_INFO")
        .containsEntry("basic.auth.user.info", user);
  }

  @Test
  void everyProblemOfTheRowsIsReportedAtOnce() {
    Map<String, String> properties = with(Map.of("patchstream.topk", "5"));
    properties.put("patchstream.top.k", "0");
    properties.put("patchstream.resolution", "large");
    properties.remove("patchstream.model");

    assertThat(problems(properties))
        .containsExactlyInAnyOrder(
            "There is no setting patchstream.topk; did you mean patchstream.top.k?",
            "patchstream.model is missing: Folder of the checkpoint.",
            "Invalid value 0 for configuration patchstream.top.k: Value must be at least 1.",
            "Invalid value large for configuration patchstream.resolution: String must be one of:"
                + " fixed, native, event.");
  }

  @ParameterizedTest
  @CsvSource({
    "patchstream.labels.topic, '', Nothing would be written: set patchstream.labels.topic",
    "patchstream.labels.topic, images, which is also an input topic",
    "patchstream.dead.letter.topic, images, which is also an input topic",
    "patchstream.embeddings.topic, labels, which is also another output",
    "patchstream.content.uri.prefixes, https://127.1/, No prefix to allow: https://127.1/",
    "patchstream.content.uri.prefixes, s3:, No prefix to allow: s3:",
    "patchstream.content.uri.s3.endpoint, minio:9000, content.uri.s3: No S3 endpoint: minio:9000",
    "patchstream.content.uri.s3.endpoint, http://minio/s3, http://minio/s3 is no S3 endpoint",
    "patchstream.content.uri.s3.region, Frankfurt, is no name of an S3 region",
  })
  void settingsThatDoNotGoTogetherAreRefused(String key, String value, String sentence) {
    assertThat(problems(with(Map.of(key, value)))).singleElement().asString().contains(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cpu,cuda", "auto,cpu", "cuda:0,"})
  void devicesAreAllOfOneKind(String devices) {
    assertThat(problems(with(Map.of("patchstream.device", devices))))
        .singleElement()
        .asString()
        .startsWith(
            "Invalid value " + devices + " for configuration patchstream.device: Value must")
        .endsWith(" be auto, cpu, or GPUs as cuda, cuda:0,cuda:1.");
  }

  @ParameterizedTest
  @CsvSource({"bootstrap.servers", "schema.registry.url"})
  void clusterAndRegistryAreRequired(String key) {
    Map<String, String> properties = new HashMap<>(REQUIRED);
    properties.remove(key);

    assertThat(problems(properties)).singleElement().asString().startsWith(key + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "max.pol.records, max.poll.records",
    "consumer.max.pol.records, max.poll.records",
    "input.topics, patchstream.input.topics",
  })
  void aKeyThatNobodyReadsIsAWarning(String key, String meant) throws SettingsException {
    assertThat(Settings.of(with(Map.of(key, "1"))).warnings())
        .containsExactly(
            key
                + " is known neither to Kafka nor to the registry client; did you mean "
                + meant
                + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "num.stream.threads",
    "main.consumer.fetch.max.bytes",
    "producer.compression.type",
    "sasl.jaas.config",
    "ssl.truststore.location",
    "topic.segment.bytes",
    "schema.registry.ssl.truststore.location",
    "basic.auth.user.info",
    "auto.register.schemas",
    "value.subject.name.strategy",
    "http.connect.timeout.ms",
  })
  void aKeyThatSomebodyReadsIsNoWarning(String key) throws SettingsException {
    assertThat(Settings.of(with(Map.of(key, "1"))).warnings()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("missing.properties");
    SettingsException error =
        catchThrowableOfType(
            SettingsException.class, () -> Settings.load(file, Map.of(), REQUIRED));

    assertThat(error).hasMessage("There is no settings file " + file + ": check the path.");
  }

  @Test
  void everyRowIsDocumented() {
    assertThat(SettingsTable.ROWS.configKeys().values())
        .isNotEmpty()
        .allSatisfy(
            (ConfigKey row) -> {
              assertThat(row.name).matches("patchstream(\\.[a-z][a-z0-9]*)+");
              assertThat(row.documentation).endsWith(".").doesNotContain("|");
              assertThat(row.group).isNotEmpty();
            });
  }

  private static Map<String, String> with(Map<String, String> changes) {
    Map<String, String> properties = new HashMap<>(REQUIRED);
    properties.putAll(changes);
    return properties;
  }

  private static List<String> problems(Map<String, String> properties) {
    return catchThrowableOfType(SettingsException.class, () -> Settings.of(properties)).problems();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("patchstream.properties"), text);
  }
}
