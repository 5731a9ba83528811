package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.ImageEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images of {@code deploy/containers}, without a container engine. */
@ExtendWith(Services.class)
class ContainerIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Path CONTAINERS = Path.of("../deploy/containers");
  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("patchstream.distribution", "../processor/target/patchstream"));
  private static final Path HOME = Path.of("/opt/patchstream");

  @ParameterizedTest
  @ValueSource(strings = {"cpu.Dockerfile", "gpu.Dockerfile"})
  void everyCopiedFileIsBuiltAndEverybodyMayReadIt(String file) throws IOException {
    Map<String, String> copies = ContainerFile.read(CONTAINERS.resolve(file)).copies();

    assertThat(copies.keySet()).allMatch(to -> Path.of(to).startsWith(HOME));
    for (String source : copies.values()) {
      try (Stream<Path> all = Files.walk(DISTRIBUTION.resolve(source))) {
        assertThat(all.map(ContainerIT::permissions))
            .allMatch(allowed -> allowed.contains(PosixFilePermission.OTHERS_READ));
      }
    }
    // What the launcher looks for beside itself.
    assertThat(copies.keySet())
        .map(to -> HOME.relativize(Path.of(to)).toString())
        .contains("patchstream", "lib", "native", "demo-model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu.Dockerfile", "gpu.Dockerfile"})
  void nobodySpecialRunsTheLauncherWithoutAShell(String file) {
    ContainerFile image = ContainerFile.read(CONTAINERS.resolve(file));

    assertThat(image.one("USER")).matches("[1-9]\\d{4,}:[1-9]\\d{4,}");
    assertThat(image.one("STOPSIGNAL")).isEqualTo("SIGTERM");
    Path entry = Path.of(image.command().get(0));
    assertThat(image.copies()).containsEntry(entry.toString(), "patchstream");
    assertThat(permissions(DISTRIBUTION.resolve("patchstream")))
        .contains(PosixFilePermission.OTHERS_EXECUTE);
    assertThat(image.all("RUN")).contains("mkdir -m 1777 " + image.one("WORKDIR"));
  }

  /** What is said of one image holds of the other. */
  @Test
  void theImagesDifferInTheirBaseAlone() {
    assertThat(steps("gpu.Dockerfile")).isEqualTo(steps("cpu.Dockerfile")).hasSizeGreaterThan(10);
  }

  /** Start, classify, stop: on a read-only root, as another user, without a home to write to. */
  @Test
  void classifiesAndLeavesNothingBehind(KafkaCluster kafka, SchemaRegistry registry)
      throws Exception {
    assumeTrue(Sandbox.missing().isEmpty(), Sandbox.missing());
    ContainerFile image = ContainerFile.read(CONTAINERS.resolve("cpu.Dockerfile"));
    Path folder = Workspace.folder("container");
    // Not one of JUnit's, which are for their maker alone.
    Path model = Files.createDirectory(folder.resolve("model"));
    NumberedVit.of(10).writeTo(model);
    int port = Workspace.freePort();
    try (Pipeline pipeline = new Pipeline(kafka, registry, "container", 2, model);
        CommittedReader results = pipeline.results()) {
      Path config = writeConfig(pipeline, folder.resolve("patchstream.properties"));
      Sandbox sandbox =
          new Sandbox(image, DISTRIBUTION, folder)
              .mount(model, Path.of("/model"))
              .mount(config, Path.of(image.exec("CMD").get(2)));
      Map<String, String> environment = Map.of("PATCHSTREAM_HTTP_PORT", Integer.toString(port));
      List<String> check = sandbox.commandLine(image.exec("HEALTHCHECK"), environment);

      try (ChildProcess container =
          start(sandbox.commandLine(image.command(), environment), folder)) {
        container.awaitLog("Ready", SOON);
        Await.until(SOON, container::tail, () -> get(port, "/health/ready") == 200);
        int sent = sendInEachCompression(pipeline, kafka);
        results.awaitRecords(2 * sent, SOON);

        assertThat(run(check, folder)).as("health check").isZero();
        assertThat(processes(container)).containsExactly(Sandbox.JAVA_HOME.resolve("bin/java"));
        assertThat(container.log()).doesNotContain("WARN", "ERROR");
        container.terminateChild();
        assertThat(container.awaitExit(SOON)).isZero();
      }
      assertThat(run(check, folder)).as("health check of nothing").isNotZero();
      assertThat(results.readToEnd(SOON)).hasSize(2 * CompressionType.values().length);
      assertThat(results.records(pipeline.failures())).isEmpty();
      // ONNX Runtime makes a folder there, and has nothing to put into it.
      try (Stream<Path> left = Files.walk(sandbox.temporaryFolder())) {
        assertThat(left).noneMatch(Files::isRegularFile);
      }
    }
  }

  /** The labels of the pictures are their numbers; brings the natives of the codecs into use. */
  private static int sendInEachCompression(Pipeline pipeline, KafkaCluster kafka) {
    int number = 0;
    for (CompressionType compression : CompressionType.values()) {
      byte[] picture = NumberedPicture.of(number).withScale(4).jpeg();
      ImageEvent event =
          ImageEvent.newBuilder()
              .setImageId("i" + number)
              .setContent(ByteBuffer.wrap(picture))
              .build();
      try (Producer<byte[], byte[]> producer =
          kafka.producer(Map.of("compression.type", compression.name))) {
        producer.send(new ProducerRecord<>(pipeline.images(), pipeline.bytes(event)));
      }
      number++;
    }
    return number;
  }

  private static ChildProcess start(List<String> command, Path folder) {
    return ChildProcess.start("the container", folder.resolve("container.log"), command, Map.of());
  }

  private static int run(List<String> command, Path folder) {
    try (ChildProcess process =
        ChildProcess.start("a check", folder.resolve("check.log"), command, Map.of())) {
      return process.awaitExit(SOON);
    }
  }

  /** What runs inside. */
  private static Stream<Path> processes(ChildProcess container) {
    return ProcessHandle.of(container.pid())
        .orElseThrow()
        .descendants()
        .map(process -> Path.of(process.info().command().orElseThrow()));
  }

  private static int get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static Path writeConfig(Pipeline pipeline, Path file) throws IOException {
    Map<String, String> settings = new HashMap<>(pipeline.settings());
    settings.put("patchstream.model", "/model");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  private static List<ContainerFile.Instruction> steps(String file) {
    return ContainerFile.read(CONTAINERS.resolve(file)).instructions().stream()
        .filter(step -> !step.keyword().equals("FROM"))
        .filter(step -> !step.rest().contains(Sandbox.JAVA_HOME.toString()))
        .toList();
  }

  private static Set<PosixFilePermission> permissions(Path file) {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
