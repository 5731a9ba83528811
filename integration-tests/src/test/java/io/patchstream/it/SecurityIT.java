package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Brokers and a registry that let nobody in but those who show what they ask for. */
@ExtendWith({Services.class, SecuredKafka.Shared.class})
@Timeout(120)
class SecurityIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int PICTURES = 10;

  /** What SECURITY.md calls it. */
  private static final String APPLICATION = "patchstream";

  @TempDir Path folder;

  /** Topic to topic over TLS: SCRAM with exactly the ACLs of the page, basic auth, mutual TLS. */
  @Test
  void runsWithTheRightsOfThePageAndNoOthers(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    Path model = model();
    try (RegistryGate gate = gate(registry, kafka);
        Pipeline pipeline = new Pipeline(kafka.broker(), registry, "secured", 2, model);
        CommittedReader results = pipeline.results()) {
      pipeline.with("application.id", APPLICATION);
      kafka.scram().forEach(pipeline::with);
      gate.client().forEach(pipeline::with);
      List<AclBinding> acls = acls(AclPage.PROCESSOR, SecuredKafka.SCRAM_USER);

      assertNothingIsAllowed(pipeline);
      kafka.allow(acls);
      AclBinding create =
          acls.stream()
              .filter(acl -> acl.entry().operation() == AclOperation.CREATE)
              .findFirst()
              .orElseThrow();
      assertNeeded(create, kafka, pipeline);

      NumberedImages images = new NumberedImages(pipeline, 2 * PICTURES);
      images.send(0, PICTURES, NumberedPicture::png);
      pipeline.sendEvent(0, "damaged", new byte[] {1});
      classify(pipeline, 2 * PICTURES + 1, results);

      for (AclBinding acl : acls) {
        if (acl != create) {
          assertNeeded(acl, kafka, pipeline);
        }
      }
      replay(kafka, pipeline);
      assertNotAltered(kafka, pipeline);
      topics(kafka, pipeline);

      kafka.allow(acls(AclPage.PROCESSOR, "CN=" + Certificates.CLIENT));
      kafka.allow(acls(AclPage.WORTH_GIVING, "CN=" + Certificates.CLIENT));
      kafka.mutualTls().forEach(pipeline::with);
      images.send(PICTURES, 2 * PICTURES, NumberedPicture::png);
      classify(pipeline, 4 * PICTURES + 2, results);

      results.readToEnd(SOON);
      images.assertLabelledOnce(results.records(pipeline.labels()));
      images.assertEachOnceInOrder(results.records(pipeline.embeddings()));
      assertThat(results.records(pipeline.failures())).as("once, and replayed").hasSize(2);
    }
  }

  @Test
  void aWrongPassword(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = kafka.scram();
    client.put("sasl.jaas.config", SecuredKafka.jaas("wrong"));
    assertThat(start(client, registry))
        .startsWith("The Kafka brokers at " + client.get("bootstrap.servers"))
        .contains("do not let this user in: check name and password in sasl.jaas.config");
  }

  @Test
  void aMechanismThatIsNotOffered(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = kafka.scram();
    client.put("sasl.mechanism", "SCRAM-SHA-256");
    assertThat(start(client, registry)).contains("check", "sasl.mechanism", "SCRAM-SHA-512");
  }

  @Test
  void brokersOfAnUnknownAuthority(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = kafka.scram();
    client.put("ssl.truststore.location", kafka.certificates().trustStoreOfAStranger().toString());
    assertThat(start(client, registry))
        .isEqualTo(
            "The certificate of the Kafka brokers at "
                + client.get("bootstrap.servers")
                + " is signed by nobody that is trusted here: add its CA to the store of"
                + " ssl.truststore.location.");
  }

  @Test
  void brokersWhoseCertificateHasExpired(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    Map<String, String> client = kafka.expired();
    assertThat(start(client, registry))
        .startsWith(
            "The certificate of the Kafka brokers at "
                + client.get("bootstrap.servers")
                + " is out of date (NotAfter: ")
        .endsWith("): have it renewed, or set the clock.");
  }

  @Test
  void brokersUnderANameThatTheirCertificateDoesNotHold(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    Map<String, String> client = kafka.mutualTls();
    client.compute(
        "bootstrap.servers", (key, address) -> address.replace("127.0.0.1", "localhost"));
    assertThat(start(client, registry))
        .contains("is not accepted: use a name or address that it holds (", "localhost");
  }

  @Test
  void noCertificateWhereOneIsAskedFor(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    Map<String, String> client = kafka.mutualTls();
    client.keySet().removeIf(key -> key.startsWith("ssl.keystore"));
    assertThat(start(client, registry))
        .startsWith(
            "A client certificate is asked for by the Kafka brokers at "
                + client.get("bootstrap.servers")
                + " and there is none: name a store that holds one in ssl.keystore.location");
  }

  @Test
  void aCertificateThatTheBrokersDoNotAccept(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    Map<String, String> client = kafka.mutualTls();
    client.put(
        "ssl.keystore.location", kafka.certificates().keyStore(Certificates.EXPIRED).toString());
    assertThat(start(client, registry))
        .startsWith(
            "The certificate of ssl.keystore.location is not accepted by the Kafka brokers at "
                + client.get("bootstrap.servers"));
  }

  @Test
  void aStoreThatIsNotThere(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = kafka.scram();
    Path missing = folder.resolve("missing.p12");
    client.put("ssl.truststore.location", missing.toString());
    assertThat(start(client, registry))
        .startsWith("No Kafka client can be made for " + client.get("bootstrap.servers"))
        .contains("no file " + missing);
  }

  @Test
  void aRegistryThatRefusesThePassword(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    try (RegistryGate gate = gate(registry, kafka)) {
      Map<String, String> client = plain(kafka);
      client.putAll(gate.client());
      client.put("basic.auth.user.info", "reader:wrong");
      assertThat(start(client))
          .startsWith("The schema registry at " + gate.url() + " does not let this user in: check")
          .contains("basic.auth.credentials.source and basic.auth.user.info");
    }
  }

  @Test
  void aRegistryOfAnUnknownAuthority(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    try (RegistryGate gate = gate(registry, kafka)) {
      Map<String, String> client = plain(kafka);
      client.putAll(gate.client());
      client.put(
          "schema.registry.ssl.truststore.location",
          kafka.certificates().trustStoreOfAStranger().toString());
      assertThat(start(client))
          .isEqualTo(
              "The certificate of the schema registry at "
                  + gate.url()
                  + " is signed by nobody that is trusted here: add its CA to the store of"
                  + " schema.registry.ssl.truststore.location.");
    }
  }

  @Test
  void aRegistryWhoseCertificateHasExpired(SecuredKafka kafka, SchemaRegistry registry)
      throws IOException {
    try (RegistryGate gate =
        new RegistryGate(registry, kafka.certificates(), Certificates.EXPIRED)) {
      Map<String, String> client = plain(kafka);
      client.putAll(gate.client());
      assertThat(start(client))
          .startsWith("The certificate of the schema registry at " + gate.url())
          .contains("is out of date (NotAfter: ");
    }
  }

  @Test
  void aRegistryThatSpeaksNoTls(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = plain(kafka);
    client.put("schema.registry.url", registry.url().replace("http:", "https:"));
    assertThat(start(client))
        .startsWith("No TLS connection is made with the schema registry at https://127.0.0.1:")
        .contains("check that TLS is spoken there");
  }

  @Test
  void oauthForTheRegistry(SecuredKafka kafka, SchemaRegistry registry) throws IOException {
    Map<String, String> client = plain(kafka);
    client.put("schema.registry.url", registry.url());
    client.put("bearer.auth.credentials.source", "OAUTHBEARER");
    assertThat(start(client))
        .startsWith("Correct the settings of the schema registry's client: ")
        .contains("bearer.auth.credentials.source", "OAUTHBEARER", "STATIC_TOKEN");
  }

  private void assertNothingIsAllowed(Pipeline pipeline) throws IOException {
    assertThat(sentence(pipeline))
        .contains(
            "do not allow this user: Read on group patchstream, Read on topic secured-images, Write"
                + " on topic secured-embeddings, Write on topic secured-failures, Write on topic"
                + " secured-labels, Write on transactional ids patchstream-*; add these ACLs");
  }

  /** Runs a process until there are so many results; its log, at its most talkative, is clean. */
  private void classify(Pipeline pipeline, int results, CommittedReader reader) throws IOException {
    Path verbose = Files.writeString(folder.resolve("verbose.xml"), Secrets.VERBOSE);
    ProcessorProcess processor =
        pipeline
            .processor()
            .withJavaOptions("-Xmx512m -Dlogback.configurationFile=" + verbose)
            .start();
    reader.awaitRecords(results, SOON);
    assertThat(processor.terminate(SOON)).isZero();
    assertThat(processor.log()).contains("sasl.jaas.config", "= [hidden]");
    Secrets.assertNoneIn(processor.log());
  }

  private static void replay(SecuredKafka kafka, Pipeline pipeline) {
    assertThat(Command.run(pipeline, "replay").err())
        .contains(
            "do not allow this user: Read on group patchstream-replay, Read on topic"
                + " secured-failures, Write on topic secured-images; add these ACLs");
    kafka.allow(acls(AclPage.REPLAY, SecuredKafka.SCRAM_USER));
    Command replayed = Command.run(pipeline, "replay");
    assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
    assertThat(replayed.row("all")).startsWith(1);
  }

  private static void topics(SecuredKafka kafka, Pipeline pipeline) {
    assertThat(Command.run(pipeline, "topics", "--check").err())
        .contains(
            "do not allow this user: DescribeConfigs on topic secured-embeddings, DescribeConfigs on"
                + " topic secured-failures, DescribeConfigs on topic secured-labels; add these ACLs");
    pipeline.with("patchstream.embeddings.topic", "secured-vectors");
    assertThat(Command.run(pipeline, "topics", "--create").err())
        .contains("do not allow this user: Describe on topic secured-vectors, DescribeConfigs on");
    pipeline.with("patchstream.embeddings.topic", pipeline.embeddings());
    kafka.allow(acls(AclPage.TOPICS, SecuredKafka.SCRAM_USER));
    Command check = Command.run(pipeline, "topics", "--check");
    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("secured-images");
  }

  /** Without Alter the internal topics cannot grow with the input, which is said. */
  private void assertNotAltered(SecuredKafka kafka, Pipeline pipeline) throws IOException {
    kafka.broker().topics().addPartitions(pipeline.images(), 3);
    assertThat(sentence(pipeline))
        .contains("do not allow this user: Alter on topic patchstream-resume-marks-changelog; add");
  }

  private static List<AclBinding> acls(String heading, String principal) {
    return AclPage.bindings(heading, principal, topic -> "secured-" + topic);
  }

  /** Without it, the start fails and names it; the ACL is back afterwards. */
  private void assertNeeded(AclBinding acl, SecuredKafka kafka, Pipeline pipeline)
      throws IOException {
    kafka.forbid(acl);
    String operation = acl.entry().operation().name();
    assertThat(sentence(pipeline))
        .contains(
            "do not allow this user: "
                + operation.charAt(0)
                + operation.substring(1).toLowerCase(Locale.ROOT)
                + " on "
                + acl.pattern().resourceType().name().toLowerCase(Locale.ROOT).replace("_", " "))
        .contains(acl.pattern().name())
        .doesNotContain("No Kafka");
    kafka.allow(List.of(acl));
  }

  private String sentence(Pipeline pipeline) throws IOException {
    return oneLine(FailedStart.of(folder.resolve("run.properties"), pipeline.settings()));
  }

  /** The error of a start with the registry as it is. */
  private String start(Map<String, String> client, SchemaRegistry registry) throws IOException {
    Map<String, String> settings = new TreeMap<>(client);
    settings.put("schema.registry.url", registry.url());
    return start(settings);
  }

  private String start(Map<String, String> client) throws IOException {
    Map<String, String> settings = new TreeMap<>(client);
    settings.put("application.id", "open");
    settings.put("patchstream.model", model().toString());
    settings.put("patchstream.input.topics", "open-images");
    settings.put("patchstream.labels.topic", "open-labels");
    settings.put("patchstream.dead.letter.topic", "open-failures");
    return oneLine(FailedStart.of(folder.resolve("run.properties"), settings));
  }

  private static String oneLine(FailedStart start) {
    assertThat(start.exitCode()).as(start.stderr()).isEqualTo(1);
    assertThat(start.stderr()).endsWith(".\n");
    assertThat(start.stderr().lines()).hasSize(1);
    Secrets.assertNoneIn(start.stderr());
    return start.stderr().strip();
  }

  /** As the super user, for what is about the registry alone. */
  private static Map<String, String> plain(SecuredKafka kafka) {
    for (String topic : List.of("open-images", "open-labels", "open-failures")) {
      if (!kafka.broker().topics().names().contains(topic)) {
        kafka.broker().topics().create(topic, 1);
      }
    }
    return new TreeMap<>(Map.of("bootstrap.servers", kafka.broker().bootstrapServers()));
  }

  private static RegistryGate gate(SchemaRegistry registry, SecuredKafka kafka) {
    return new RegistryGate(registry, kafka.certificates(), Certificates.SERVER);
  }

  private Path model() throws IOException {
    return NumberedVit.of(2 * PICTURES).writeTo(Files.createDirectories(folder.resolve("vit")));
  }
}
