package io.patchstream.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.ops.http.Answer;
import io.patchstream.topology.StreamCondition;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthReportTest {

  private static final Optional<String> WELL = Optional.empty();

  @Test
  void atStartItLivesAndIsNotReady() {
    HealthReport report = HealthReport.starting(false);
    assertThat(text(report.liveness())).isEqualTo("200 live\n");
    assertThat(text(report.readiness())).isEqualTo("503 The model is being opened.\n");
    assertThat(report.whole().status()).isEqualTo(503);
    assertThat(HealthReport.starting(true).readiness().status()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED, true, false",
    "REBALANCING, true, true",
    "RUNNING, true, true",
    "PENDING_SHUTDOWN, true, false",
    "NOT_RUNNING, true, false",
    "PENDING_ERROR, false, false",
    "ERROR, false, false",
  })
  void theStateOfTheStreamDecides(State state, boolean live, boolean ready) {
    HealthReport report = report(false, state, WELL, Set.of());
    assertThat(report.live()).isEqualTo(live);
    assertThat(report.ready()).isEqualTo(ready);
    assertThat(report.reasons().isEmpty()).isEqualTo(ready);
    HealthReport stopping = report(true, state, WELL, Set.of());
    assertThat(stopping.live()).isTrue();
    assertThat(stopping.ready()).isFalse();
    assertThat(stopping.reasons()).containsExactly("The process is stopping.");
  }

  @Test
  void anEngineThatDoesNotAnswerIsNotLive() {
    HealthReport report = report(false, State.RUNNING, Optional.of("cpu hangs."), Set.of());
    assertThat(text(report.liveness())).isEqualTo("503 cpu hangs.\n");
    assertThat(text(report.readiness())).isEqualTo("503 cpu hangs.\n");
  }

  @Test
  void aStreamThatEndedSaysWhy() {
    StreamCondition ended =
        new StreamCondition(State.ERROR, Optional.of("not authorised"), Set.of());
    assertThat(text(HealthReport.of(false, ended, engine(WELL), WELL).liveness()))
        .isEqualTo("503 The stream ended: not authorised.\n");
  }

  @Test
  void aRegistryThatIsAwayIsNamedAndNothingMore() throws Exception {
    HealthReport report = report(false, State.RUNNING, WELL, Set.of("images-1-7", "images-0-9"));
    assertThat(report.liveness().status()).isEqualTo(200);
    assertThat(report.readiness().status()).isEqualTo(200);
    JsonNode whole = new ObjectMapper().readTree(report.whole().body());
    assertThat(whole.at("/reasons/0").asText())
        .isEqualTo("The schema registry is waited for: by 2 records, images-0-9 among them.");
    assertThat(whole.at("/registry/waiting")).hasSize(2);
  }

  @Test
  void allIsThereAsJson() throws Exception {
    Answer whole = report(false, State.RUNNING, WELL, Set.of()).whole();
    assertThat(whole.contentType()).isEqualTo("application/json");
    assertThat(new ObjectMapper().readTree(whole.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"live": true, "ready": true, "stage": "running", "reasons": [],
                     "streams": "RUNNING",
                     "engine": {"answers": true, "model": "vit", "revision": "abc",
                                "precision": "fp32", "devices": "cpu"},
                     "registry": {"waiting": []}}
                    """));
  }

  private static HealthReport report(
      boolean stopping, State state, Optional<String> fault, Set<String> waiting) {
    StreamCondition stream = new StreamCondition(state, Optional.empty(), waiting);
    return HealthReport.of(stopping, stream, engine(fault), fault);
  }

  private static HealthReport.Engine engine(Optional<String> fault) {
    return new HealthReport.Engine(fault.isEmpty(), "vit", "abc", "fp32", "cpu");
  }

  private static String text(Answer answer) {
    return answer.status() + " " + new String(answer.body(), UTF_8);
  }
}
