package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.config.Settings;
import io.patchstream.topology.ClassificationStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests of {@code deploy/kubernetes} agree with themselves, the images and the program. */
class KubernetesIT {

  private static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();
  private static final Path OVERLAYS = DEPLOY.resolve("kubernetes/overlays");
  private static final Path CPU = OVERLAYS.resolve("cpu");

  @BeforeAll
  static void askForKubectl() {
    assumeTrue(Manifests.canBeRendered(), "there is no kubectl: no manifest is rendered here");
  }

  static List<Path> overlays() throws IOException {
    try (Stream<Path> folders = Files.list(OVERLAYS)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aClusterTakesIt(Path overlay) {
    assertThat(Manifests.render(overlay).objects())
        .hasSizeGreaterThanOrEqualTo(4)
        .flatMap(DeploymentSchemas::problemsOfManifest)
        .isEmpty();
  }

  @Test
  void aClusterTakesNoFieldThatItDoesNotKnow() {
    JsonNode deployment = Manifests.render(CPU).deployment();
    ObjectNode container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
    container.set("livenessProb", container.remove("livenessProbe"));

    assertThat(DeploymentSchemas.problemsOfManifest(deployment))
        .singleElement()
        .asString()
        .contains("livenessProb");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void portsPathsAndUserAreThoseOfTheImage(Path overlay) throws Exception {
    Manifests manifests = Manifests.render(overlay);
    JsonNode container = manifests.container();
    JsonNode user = manifests.pod().get("securityContext");
    ContainerFile image = image(container);
    Map<String, JsonNode> mounts = Manifests.by(container.get("volumeMounts"), "mountPath");
    Settings settings = settings(manifests, image);

    assertThat(user.get("runAsUser") + ":" + user.get("runAsGroup")).isEqualTo(image.one("USER"));
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(mounts)
        .containsKeys(
            Path.of(image.exec("CMD").get(2)).getParent().toString(),
            image.environment().get("PATCHSTREAM_KAFKA_STATE_DIR"),
            "/tmp");
    assertThat(mounts.get(settings.model().toString()).get("readOnly").asBoolean()).isTrue();
    assertThat(container.at("/ports/0/containerPort").asInt())
        .isEqualTo(settings.httpPort())
        .isEqualTo(Integer.parseInt(image.one("EXPOSE")));
    assertThat(settings.httpHost()).isEqualTo("0.0.0.0");
    assertThat(settings.warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void probesAndScrapesAskWhatIsServed(Path overlay) {
    Manifests manifests = Manifests.render(overlay);
    JsonNode container = manifests.container();
    JsonNode annotations = manifests.deployment().at("/spec/template/metadata/annotations");

    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(container.findValuesAsText("port"))
        .hasSize(3)
        .containsOnly(container.at("/ports/0/name").asText());
    assertThat(annotations.get("prometheus.io/port").asText())
        .isEqualTo(container.at("/ports/0/containerPort").asText());
    assertThat(annotations.get("prometheus.io/path").asText()).isEqualTo("/metrics");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void itIsKilledWellAfterItsClose(Path overlay) {
    assertThat(Manifests.render(overlay).pod().get("terminationGracePeriodSeconds").asLong())
        .isGreaterThanOrEqualTo(ClassificationStream.LONGEST_CLOSE.toSeconds() + 20);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everySelectorMeansThePods(Path overlay) {
    Manifests manifests = Manifests.render(overlay);
    JsonNode labels = manifests.deployment().at("/spec/template/metadata/labels");

    assertThat(labels).isNotEmpty();
    assertThat(manifests.deployment().at("/spec/selector/matchLabels")).isEqualTo(labels);
    assertThat(manifests.one("PodDisruptionBudget").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    assertThat(manifests.one("NetworkPolicy").at("/spec/podSelector/matchLabels"))
        .isEqualTo(labels);
    assertThat(manifests.pod().get("topologySpreadConstraints"))
        .hasSize(2)
        .allMatch(spread -> spread.at("/labelSelector/matchLabels").equals(labels));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noReplicaIsWithoutAPartition(Path overlay) {
    Manifests manifests = Manifests.render(overlay);
    Stream<JsonNode> replicas =
        Stream.concat(
            Stream.of(manifests.deployment().at("/spec/replicas")),
            manifests.all("ScaledObject").map(scaled -> scaled.at("/spec/maxReplicaCount")));

    assertThat(replicas.mapToInt(JsonNode::asInt).max().orElseThrow())
        .isBetween(1, partitions(manifests));
  }

  @Test
  void replicasFollowTheLagOfTheInput() throws Exception {
    Manifests manifests = Manifests.render(OVERLAYS.resolve("autoscaled"));
    JsonNode scaled = manifests.one("ScaledObject").get("spec");
    JsonNode trigger = scaled.at("/triggers/0/metadata");
    Settings settings = settings(manifests, image(manifests.container()));
    Map<String, Object> clients = settings.clientProperties();

    assertThat(scaled.at("/scaleTargetRef/name"))
        .isEqualTo(manifests.deployment().at("/metadata/name"));
    assertThat(manifests.deployment().get("spec").has("replicas")).isFalse();
    assertThat(settings.inputTopics()).containsExactly(trigger.get("topic").asText());
    assertThat(trigger.get("bootstrapServers").asText())
        .isEqualTo(clients.get("bootstrap.servers"));
    assertThat(trigger.get("consumerGroup").asText())
        .isEqualTo(clients.getOrDefault("application.id", "patchstream"));
    assertThat(clients).doesNotContainKey("group.protocol"); // classic
    // The marker that ends a transaction is a lag of 1 in each partition, for ever.
    assertThat(trigger.get("activationLagThreshold").asInt())
        .isGreaterThanOrEqualTo(partitions(manifests));
  }

  @Test
  void secretsAreReferences() throws IOException {
    Path folder = Workspace.folder("kustomize-sasl");
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        "{resources: [%s], components: [%s]}"
            .formatted(
                folder.relativize(CPU),
                folder.relativize(DEPLOY.resolve("kubernetes/components/sasl"))));
    Manifests manifests = Manifests.render(folder);
    Map<String, JsonNode> variables = Manifests.by(manifests.container().get("env"), "name");
    JsonNode mount = Manifests.by(manifests.container().get("volumeMounts"), "name").get("secrets");
    JsonNode volume = Manifests.by(manifests.pod().get("volumes"), "name").get("secrets");

    assertThat(manifests.objects()).flatMap(DeploymentSchemas::problemsOfManifest).isEmpty();
    assertThat(manifests.all("Secret")).isEmpty();
    assertThat(volume.at("/secret/secretName").asText()).isNotEmpty();
    assertThat(variables.get("PATCHSTREAM_KAFKA_SASL_JAAS_CONFIG").get("value").asText())
        .startsWith("${file:" + mount.get("mountPath").asText() + "/");
  }

  /** The settings of the pods: their file, and what image and manifest add by the environment. */
  private static Settings settings(Manifests manifests, ContainerFile image) throws Exception {
    Path file = Workspace.folder("kubernetes").resolve("patchstream.properties");
    Files.writeString(file, manifests.one("ConfigMap").at("/data/patchstream.properties").asText());
    Map<String, String> environment = new HashMap<>(image.environment());
    manifests
        .container()
        .path("env")
        .forEach(one -> environment.put(one.get("name").asText(), one.get("value").asText()));
    return Settings.load(file, environment, Map.of());
  }

  /** The container file that says that it builds the container's image. */
  private static ContainerFile image(JsonNode container) throws IOException {
    String build = " -t " + container.get("image").asText() + " ";
    try (Stream<Path> files = Files.list(DEPLOY.resolve("containers"))) {
      for (Path file : files.toList()) {
        if (Files.readString(file).contains(build)) {
          return ContainerFile.read(file);
        }
      }
    }
    throw new AssertionError("no container file says" + build);
  }

  private static int partitions(Manifests manifests) {
    return manifests.deployment().at("/metadata/annotations/patchstream.io~1partitions").asInt();
  }
}
