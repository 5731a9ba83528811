package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import io.patchstream.it.HealthProbe.Look;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What probes are told through the life of a processor. */
@ExtendWith(Services.class)
class HealthIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  @TempDir Path model;

  @Test
  void fromStartToShutdown(KafkaCluster kafka) throws Exception {
    NumberedVit.of(30).writeTo(model);
    try (SchemaRegistry registry = SchemaRegistry.start();
        Pipeline pipeline = new Pipeline(kafka, registry, "health", 2, model);
        CommittedReader results = pipeline.results()) {
      pipeline.with("patchstream.http.port", "0");
      ProcessorProcess processor = pipeline.processor();
      HealthProbe probe = starts(processor, registry);
      rebalances(pipeline, probe);
      losesItsRegistry(pipeline, probe, registry, results);
      shutsDown(processor, probe);
    }
  }

  /** A registry that takes its time keeps the start from going on. */
  private static HealthProbe starts(ProcessorProcess processor, SchemaRegistry registry) {
    registry.pause();
    HealthProbe probe = HealthProbe.of(processor.start(), SOON);
    Look starting = probe.look();
    assertThat(starting.live()).isEqualTo(200);
    assertThat(starting.ready()).isEqualTo(503);
    assertThat(starting.stage()).isEqualTo("starting");
    assertThat(starting.reasons()).isEqualTo("[\"The model is being opened.\"]");
    registry.resume();
    Await.until(SOON, () -> "not ready: " + probe.look(), () -> probe.look().ready() == 200);
    processor.awaitRunning(SOON);
    Look running = probe.look();
    assertThat(running.live()).isEqualTo(200);
    assertThat(running.stage()).isEqualTo("running");
    assertThat(running.reasons()).isEqualTo("[]");
    assertThat(running.whole().at("/engine/answers").asBoolean()).isTrue();
    return probe;
  }

  /** Another processor joins and leaves. */
  private static void rebalances(Pipeline pipeline, HealthProbe probe) {
    ProcessorProcess another = pipeline.processor().start();
    Set<String> states = new HashSet<>();
    Await.until(
        SOON,
        () -> "no rebalance was seen: " + states,
        () -> {
          Look look = probe.look();
          assertThat(List.of(look.live(), look.ready())).as(look.toString()).containsOnly(200);
          states.add(look.streams());
          return states.contains("REBALANCING");
        });
    another.awaitRunning(SOON);
    assertThat(another.terminate(SOON)).isZero();
    assertThat(probe.look().ready()).isEqualTo(200);
  }

  private static void losesItsRegistry(
      Pipeline pipeline, HealthProbe probe, SchemaRegistry registry, CommittedReader results)
      throws IOException {
    NewerSchema newer = NewerSchema.register(pipeline, registry);
    registry.stop();
    pipeline.send(0, "0", newer.value(NumberedPicture.of(0).png()));
    Await.until(
        SOON,
        () -> "the registry is not named: " + probe.look(),
        () -> probe.look().reasons().contains("The schema registry is waited for: by 1 record"));
    Look without = probe.look();
    assertThat(without.live()).isEqualTo(200);
    assertThat(without.ready()).isEqualTo(200);
    assertThat(without.whole().at("/registry/waiting/0").asText()).isEqualTo("health-images-0-0");
    registry.restart();
    results.awaitRecords(2, SOON);
    assertThat(probe.look().reasons()).isEqualTo("[]");
  }

  private static void shutsDown(ProcessorProcess processor, HealthProbe probe) throws Exception {
    List<Look> looks = probe.lookToTheEnd(processor::beginTermination);
    assertThat(processor.awaitExit(SOON)).isZero();
    List<Look> stopping = looks.stream().dropWhile(look -> look.ready() == 200).toList();
    assertThat(stopping).isNotEmpty();
    assertThat(looks).allSatisfy(look -> assertThat(look.live()).isEqualTo(200));
    assertThat(stopping)
        .allSatisfy(
            look -> {
              assertThat(look.ready()).isEqualTo(503);
              assertThat(look.reasons()).contains("The process is stopping.");
            });
  }

  /** Pictures that take longer than they may use up the decoding threads; and the log is JSON. */
  @Test
  void anEngineThatFails(KafkaCluster kafka, SchemaRegistry registry) throws Exception {
    NumberedVit.of(30).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "health-fault", 1, model)) {
      ProcessorProcess processor =
          pipeline
              .with("patchstream.http.port", "0")
              .with("patchstream.image.timeout.ms", "20")
              .with("patchstream.threads.decode", "1")
              .with("patchstream.log.format", "json")
              .processor()
              .start();
      HealthProbe probe = HealthProbe.of(processor.awaitRunning(SOON), SOON);
      byte[] large = jpeg(6_000);
      List<Look> looks =
          probe.lookToTheEnd(
              () -> {
                for (int i = 0; i < 8; i++) {
                  pipeline.sendEvent(0, "large", large);
                }
                pipeline.flush();
              });
      assertThat(processor.awaitExit(SOON)).isEqualTo(1);
      List<Look> failed = looks.stream().dropWhile(look -> look.live() == 200).toList();
      assertThat(failed).isNotEmpty();
      assertThat(failed)
          .allSatisfy(
              look -> {
                assertThat(look.live()).isEqualTo(503);
                assertThat(look.ready()).isEqualTo(503);
                assertThat(look.reasons()).contains("too many images (more than 1 at a time)");
              });
      assertIsJson(processor.log());
    }
  }

  private static void assertIsJson(String log) throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : log.lines().toList()) {
      JsonNode event = new ObjectMapper().readTree(line);
      messages.add(event.path("level").asText() + " " + event.path("formattedMessage").asText());
    }
    assertThat(messages.get(0)).startsWith("INFO Health and metrics at ");
    assertThat(messages).anyMatch(message -> message.startsWith("INFO Ready: "));
    assertThat(messages.get(messages.size() - 1))
        .startsWith("ERROR The stream ended, nothing is lost: too many images");
  }

  private static byte[] jpeg(int side) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY), "jpeg", bytes);
    return bytes.toByteArray();
  }
}
