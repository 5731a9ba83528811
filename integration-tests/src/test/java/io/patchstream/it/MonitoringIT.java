package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.schemas.FailureReason;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and alerts ask for what there is, and every alert has its part of the runbook. */
@ExtendWith(Services.class)
class MonitoringIT {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Path MONITORING = Path.of("../deploy/monitoring");

  @Test
  void metricsAreTakenOutOfQueries() {
    assertThat(
            PromQl.metrics("sum by (le, job) (rate(a_total{x=~\"b|c\"}[5m])) / on (job) c:d > 3"))
        .containsExactly("a_total", "c:d");
    assertThat(PromQl.metrics("label_values(a{b=\"$c\"}, job) and absent(d) or e offset 5m"))
        .contains("a", "d", "e");
  }

  /** Held against a process that has classified images and met one that is none. */
  @Test
  void queriesNameMetricsThatAreServed(
      KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) throws Exception {
    NumberedVit.of(10).writeTo(model);
    int port = Workspace.freePort();
    try (Pipeline pipeline = new Pipeline(kafka, registry, "monitoring", 2, model);
        CommittedReader results = pipeline.results()) {
      pipeline.with("patchstream.http.port", Integer.toString(port)).processor().start();
      pipeline.sendEvent(0, "picture", NumberedPicture.of(1).withScale(4).png());
      pipeline.sendEvent(1, "none", new byte[] {1, 2, 3});
      results.awaitRecords(3, SOON);

      Set<String> missing = new TreeSet<>();
      Await.until(
          SOON,
          () -> "no process serves " + missing,
          () -> {
            missing.clear();
            missing.addAll(named());
            missing.removeAll(served(port));
            return missing.isEmpty();
          });
    }
    assertThat(named()).hasSizeGreaterThan(30);
  }

  @Test
  void whatTheyNameIsOnThePageOfMetrics() throws IOException {
    Set<String> page =
        Files.readAllLines(Path.of("../processor/METRICS.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("`")[1])
            .collect(Collectors.toSet());

    assertThat(named())
        .filteredOn(name -> name.matches("(patchstream|kafka)_.*"))
        .map(name -> name.replaceFirst("_(bucket|sum|count)$", ""))
        .isSubsetOf(page);
  }

  @Test
  void reasonsThatAlertsNameAreReasons() {
    Set<String> reasons =
        Stream.of(FailureReason.values()).map(Enum::name).collect(Collectors.toSet());
    List<String> named =
        alerts()
            .map(alert -> alert.get("expr").asText())
            .flatMap(query -> Pattern.compile("reason=~\"([^\"]*)\"").matcher(query).results())
            .flatMap(match -> Stream.of(match.group(1).split("\\|")))
            .toList();

    assertThat(named).hasSizeGreaterThan(3).isSubsetOf(reasons);
  }

  @Test
  void everyAlertHasItsPartOfTheRunbook() throws IOException {
    Set<String> headings =
        Files.readAllLines(Path.of("../processor/RUNBOOK.md")).stream()
            .dropWhile(line -> !line.equals("## Alerts"))
            .filter(line -> line.startsWith("### "))
            .map(line -> "RUNBOOK.md#" + line.substring(4).toLowerCase())
            .collect(Collectors.toSet());
    List<String> named =
        alerts().map(alert -> alert.at("/annotations/runbook_url").asText()).toList();

    assertThat(alerts())
        .allSatisfy(
            alert ->
                assertThat(alert.at("/annotations/runbook_url").asText())
                    .endsWith("#" + alert.get("alert").asText().toLowerCase()));
    assertThat(headings).containsExactlyInAnyOrderElementsOf(named);
  }

  /** Prometheus's own tool, where it is installed: they parse, and fire when they should alone. */
  @Test
  void alertsFire() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
        "there is no promtool: the alerts are not tried here");
    Process promtool =
        new ProcessBuilder("promtool", "test", "rules", "alerts-test.yaml")
            .directory(MONITORING.toFile())
            .inheritIO()
            .start();

    assertThat(promtool.waitFor()).isZero();
  }

  @Test
  void everyAlertIsTried() {
    String tests = DeploymentSchemas.read(MONITORING.resolve("alerts-test.yaml")).toString();

    assertThat(alerts().map(alert -> alert.get("alert").asText()))
        .allSatisfy(alert -> assertThat(tests.split(alert + "\\b")).hasSizeGreaterThan(2));
  }

  private static Set<String> named() {
    Set<String> named = new TreeSet<>();
    alerts().map(alert -> alert.get("expr").asText()).map(PromQl::metrics).forEach(named::addAll);
    List<String> queries = new ArrayList<>(dashboard().findValuesAsText("expr"));
    dashboard().at("/templating/list").findValuesAsText("query").stream()
        .filter(query -> query.startsWith("label_values("))
        .map(query -> query.substring("label_values(".length(), query.lastIndexOf(',')))
        .forEach(queries::add);
    queries.stream().map(PromQl::metrics).forEach(named::addAll);
    return named;
  }

  private static Set<String> served(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    HttpResponse<String> scrape =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(scrape.statusCode()).isEqualTo(200);
    return scrape
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]")[0])
        .collect(Collectors.toSet());
  }

  private static JsonNode dashboard() {
    return DeploymentSchemas.read(MONITORING.resolve("dashboard.json"));
  }

  private static Stream<JsonNode> alerts() {
    List<JsonNode> alerts = new ArrayList<>();
    DeploymentSchemas.read(MONITORING.resolve("alerts.yaml"))
        .at("/groups")
        .forEach(group -> group.get("rules").forEach(alerts::add));
    return alerts.stream();
  }
}
