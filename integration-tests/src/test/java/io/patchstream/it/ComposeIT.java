package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.cli.PatchStream;
import io.patchstream.config.Settings;
import io.patchstream.topology.ClassificationStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The compose file agrees with its schema, with itself, the image and the program. */
class ComposeIT {

  private static final Path FOLDER = Path.of("../deploy/compose");

  private JsonNode compose;
  private JsonNode services;
  private JsonNode patchstream;
  private ContainerFile image;

  @BeforeEach
  void read() {
    compose = DeploymentSchemas.read(FOLDER.resolve("compose.yaml"));
    services = compose.get("services");
    patchstream = services.get("patchstream");
    image = ContainerFile.read(containerFile());
  }

  @Test
  void composeTakesIt() {
    assertThat(DeploymentSchemas.problemsOfCompose(compose)).isEmpty();

    ((ObjectNode) patchstream).set("tmpf", patchstream.get("tmpfs"));
    assertThat(DeploymentSchemas.problemsOfCompose(compose)).isNotEmpty();
  }

  @Test
  void theImageIsBuiltOfTheDistribution() throws Exception {
    assertThat(FOLDER.resolve(patchstream.at("/build/context").asText()).resolve("patchstream"))
        .isExecutable();
    assertThat(Files.readString(containerFile()))
        .contains(" -t " + patchstream.get("image").asText() + " ");
  }

  @Test
  void whatIsMountedIsThereAndCannotBeChanged() {
    List<String> volumes = new ArrayList<>();
    services.forEach(service -> service.path("volumes").forEach(v -> volumes.add(v.asText())));

    assertThat(volumes)
        .hasSizeGreaterThan(7)
        .allSatisfy(
            volume -> {
              assertThat(FOLDER.resolve(volume.split(":")[0])).exists();
              assertThat(volume).endsWith(":ro");
            });
  }

  @Test
  void mountsPortAndTimesAreThoseOfTheImage() throws Exception {
    Settings settings = settings();

    assertThat(mount(Path.of(image.exec("CMD").get(2)))).hasFileName("patchstream.properties");
    assertThat(mount(settings.model())).isDirectoryContaining("glob:**config.json");
    assertThat(patchstream.get("read_only").asBoolean()).isTrue();
    assertThat(patchstream.get("tmpfs"))
        .map(JsonNode::asText)
        .contains("/tmp", image.environment().get("PATCHSTREAM_KAFKA_STATE_DIR") + ":mode=1777");
    assertThat(settings.httpPort()).isEqualTo(port("patchstream"));
    assertThat(Duration.parse("PT" + patchstream.get("stop_grace_period").asText()))
        .isGreaterThanOrEqualTo(ClassificationStream.LONGEST_CLOSE.plusSeconds(20));
  }

  @Test
  void theProcessorFindsBrokerAndRegistry() throws Exception {
    Map<String, Object> clients = settings().clientProperties();
    KafkaConfig broker = broker();
    URI registry = URI.create(clients.get("schema.registry.url").toString());

    String[] bootstrap = clients.get("bootstrap.servers").toString().split(":");
    assertThat(broker.effectiveAdvertisedBrokerListeners().mkString())
        .contains("host='%s', port=%s".formatted(bootstrap[0], bootstrap[1]));
    assertThat(services.get("kafka").get("image").asText())
        .isEqualTo("apache/kafka:" + version("kafka.version"));
    assertThat(registry.getPort()).isEqualTo(port(registry.getHost()));
    // The one that the tests run.
    assertThat(services.get(registry.getHost()).get("image").asText())
        .isEqualTo("apicurio/apicurio-registry-mem:" + version("apicurio.version"));
    assertThat(settings().warnings()).isEmpty();
  }

  @Test
  void topicsAreMadeByTheProgram() {
    List<String> words =
        Stream.of(services.get("topics").get("command")).flatMap(ComposeIT::texts).toList();

    PatchStream.commandLine().parseArgs(words.toArray(String[]::new));
    assertThat(services.at("/patchstream/depends_on/topics/condition").asText())
        .isEqualTo("service_completed_successfully");
  }

  @Test
  void prometheusScrapesTheProcessorAndGrafanaAsksPrometheus() {
    JsonNode scrape = DeploymentSchemas.read(FOLDER.resolve("prometheus.yaml"));
    JsonNode source = DeploymentSchemas.read(FOLDER.resolve("grafana/datasource.yaml"));
    JsonNode provider = DeploymentSchemas.read(FOLDER.resolve("grafana/dashboards.yaml"));
    String dashboard =
        services.at("/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").asText();

    assertThat(scrape.at("/scrape_configs/0/static_configs/0/targets/0").asText())
        .isEqualTo("patchstream:" + image.one("EXPOSE"));
    assertThat(source.at("/datasources/0/url").asText())
        .isEqualTo("http://prometheus:" + port("prometheus"));
    assertThat(Path.of(provider.at("/providers/0/options/path").asText()))
        .isEqualTo(Path.of(dashboard).getParent());
    assertThat(services.at("/grafana/volumes"))
        .map(JsonNode::asText)
        .anyMatch(volume -> volume.equals("../monitoring/dashboard.json:" + dashboard + ":ro"));
    assertThat(services.at("/prometheus/volumes"))
        .map(JsonNode::asText)
        .anyMatch(volume -> volume.contains("/" + scrape.at("/rule_files/0").asText() + ":"));
  }

  @Test
  void onlyThisMachineReachesIt() {
    services.forEach(
        service ->
            assertThat(service.path("ports"))
                .map(JsonNode::asText)
                .allMatch(port -> port.startsWith("127.0.0.1:")));
  }

  /** What Kafka's image makes of its environment, read as a broker does. */
  private KafkaConfig broker() {
    Properties properties = new Properties();
    services
        .at("/kafka/environment")
        .properties()
        .forEach(
            variable ->
                properties.put(
                    variable.getKey().replaceFirst("KAFKA_", "").toLowerCase().replace('_', '.'),
                    variable.getValue().asText()));
    KafkaConfig broker = new KafkaConfig(properties);
    assertThat(properties.stringPropertyNames()).allMatch(broker.values()::containsKey);
    return broker;
  }

  private Settings settings() throws Exception {
    return Settings.load(
        FOLDER.resolve("patchstream.properties"), new HashMap<>(image.environment()), Map.of());
  }

  private Path containerFile() {
    return FOLDER
        .resolve(patchstream.at("/build/context").asText())
        .resolve(patchstream.at("/build/dockerfile").asText());
  }

  /** What lies at a path of the processor's container. */
  private Path mount(Path inside) {
    return texts(patchstream.get("volumes"))
        .map(volume -> volume.split(":"))
        .filter(volume -> Path.of(volume[1]).equals(inside))
        .map(volume -> FOLDER.resolve(volume[0]))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is mounted at " + inside));
  }

  /** The port inside that a service publishes. */
  private int port(String service) {
    String port = services.get(service).at("/ports/0").asText();
    return Integer.parseInt(port.substring(port.lastIndexOf(':') + 1));
  }

  private static String version(String property) throws Exception {
    String pom = Files.readString(Path.of("../pom.xml"));
    String start = "<" + property + ">";
    int at = pom.indexOf(start) + start.length();
    return pom.substring(at, pom.indexOf('<', at));
  }

  private static Stream<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts.stream();
  }
}
