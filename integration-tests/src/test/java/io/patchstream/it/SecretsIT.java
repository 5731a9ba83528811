package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Wrong secrets of every kind: neither the error, its stack trace nor any log shows them. */
@ExtendWith({Services.class, SecuredKafka.Shared.class})
@Timeout(120)
class SecretsIT {

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.patchstream");

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Appender<ILoggingEvent> console = ROOT.getAppender("STDOUT");
  private Level usual;

  @BeforeEach
  void listen() {
    usual = ROOT.getLevel();
    ROOT.setLevel(Level.INFO);
    OURS.setLevel(Level.DEBUG);
    logged.start();
    ROOT.addAppender(logged);
    ROOT.detachAppender(console);
  }

  @AfterEach
  void stopListening() {
    ROOT.addAppender(console);
    ROOT.detachAppender(logged);
    OURS.setLevel(null);
    ROOT.setLevel(usual);
  }

  /** REGISTRY stands for the address of one that asks for a password, without its scheme. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sasl.jaas.config | org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"a\" password=\"pass-word\";",
        "sasl.jaas.config | org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"a\" password=my pass-word;",
        "sasl.jaas.config | org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"a\" password=\"pass-word\"",
        "sasl.jaas.config | pass-word",
        "ssl.truststore.password | pass-word",
        "ssl.keystore.password | pass-word",
        "ssl.key.password | pass-word",
        "schema.registry.ssl.truststore.password | pass-word",
        "schema.registry.ssl.keystore.password | pass-word",
        "basic.auth.user.info | me:pass-word",
        "basic.auth.user.info | pass-word",
        "schema.registry.url | https://me:pass-word@REGISTRY",
        "schema.registry.url | https://me:pass-word/@REGISTRY",
        "schema.registry.url | http://me:pass-word@127.0.0.1:9",
        "bearer.auth.token | pass-word",
        "patchstream.content.uri.prefixes | https://me:pass-word@cdn.example/",
        "patchstream.content.uri.prefixes | https://me:pass word/pass-word@cdn.example/",
        "patchstream.content.uri.prefixes | ftp://me:pass-word@cdn.example/",
        "patchstream.content.uri.s3.endpoint | https://me:pass-word@minio.example",
        "patchstream.content.uri.s3.endpoint | https://me:pass-word @minio.example",
        "patchstream.content.uri.s3.endpoint | me:pass-word@minio.example",
      })
  void isNotShown(String key, String secret, SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    try (RegistryGate gate =
        new RegistryGate(registry, kafka.certificates(), Certificates.SERVER)) {
      Map<String, String> settings = rightButFor(key, kafka, gate);
      settings.put(key, secret.replace("REGISTRY", gate.url().replace("https://", "")));

      FailedStart start = FailedStart.withStackTrace(folder.resolve("run.properties"), settings);

      assertThat(start.exitCode()).as(start.stderr()).isNotZero();
      Secrets.assertNoneIn(start.stderr());
      Secrets.assertNoneIn(log());
      if (!key.startsWith("patchstream.")) {
        // Kafka's own clients did log what they were told.
        assertThat(log()).contains("= [hidden]");
      }
    }
  }

  /** All is right but for one key, and what stands before it in the order of the checks. */
  private Map<String, String> rightButFor(String key, SecuredKafka kafka, RegistryGate gate)
      throws IOException {
    boolean forTheBrokers = key.startsWith("s") && !key.startsWith("schema");
    Map<String, String> settings = new TreeMap<>(gate.client());
    settings.putAll(
        forTheBrokers
            ? key.startsWith("ssl.key") ? kafka.mutualTls() : kafka.scram()
            : Map.of("bootstrap.servers", kafka.broker().bootstrapServers()));
    if (key.equals("schema.registry.url")) {
      settings.keySet().removeIf(name -> name.startsWith("basic.auth."));
    }
    if (key.equals("schema.registry.ssl.keystore.password")) {
      settings.put(
          "schema.registry.ssl.keystore.location",
          kafka.certificates().keyStore(Certificates.CLIENT).toString());
      settings.put("schema.registry.ssl.keystore.type", "PKCS12");
    }
    if (key.equals("bearer.auth.token")) {
      settings.keySet().removeIf(name -> name.startsWith("basic.auth."));
      settings.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    }
    for (String topic : List.of("secrets-images", "secrets-labels", "secrets-failures")) {
      if (!kafka.broker().topics().names().contains(topic)) {
        kafka.broker().topics().create(topic, 1);
      }
    }
    Path model = NumberedVit.of(1).writeTo(Files.createDirectories(folder.resolve("vit")));
    settings.put("application.id", "secrets");
    settings.put("patchstream.model", model.toString());
    settings.put("patchstream.input.topics", "secrets-images");
    settings.put("patchstream.labels.topic", "secrets-labels");
    settings.put("patchstream.dead.letter.topic", "secrets-failures");
    return settings;
  }

  private String log() {
    return logged.list.stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .collect(Collectors.joining("\n"));
  }
}
