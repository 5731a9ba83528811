package io.patchstream.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.patchstream.inference.ModelIdentity;
import io.patchstream.ops.http.Answer;
import io.patchstream.topology.StreamCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.KafkaStreams;

/**
 * How the process is at one moment.
 *
 * @param live false where nothing but a restart helps
 * @param ready whether it classifies what comes; also while partitions move, for that passes
 * @param stage starting, running or stopping
 * @param reasons why it is not live or not ready, and what is waited for; empty where all is well
 * @param streams null before there is one
 * @param engine null before there is one
 * @param registry null before there is a stream
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record HealthReport(
    boolean live,
    boolean ready,
    String stage,
    List<String> reasons,
    KafkaStreams.State streams,
    Engine engine,
    Registry registry) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String STARTING = "The model is being opened.";
  private static final String STOPPING = "The process is stopping.";

  /**
   * The engine, and what it computes.
   *
   * @param answers whether it does what it is given
   */
  record Engine(boolean answers, String model, String revision, String precision, String devices) {

    /** An engine that may have a fault. */
    static Engine of(ModelIdentity model, String devices, Optional<String> fault) {
      return new Engine(
          fault.isEmpty(), model.name(), model.revision(), model.precision(), devices);
    }
  }

  /**
   * What is known of the schema registry without asking it: schemas that were seen are remembered.
   *
   * @param waiting the records whose schema it has yet to tell, as {@code topic-partition-offset}
   */
  record Registry(Set<String> waiting) {}

  /** Before there is an engine and a stream. */
  static HealthReport starting(boolean stopping) {
    return new HealthReport(
        true,
        false,
        stopping ? "stopping" : "starting",
        List.of(stopping ? STOPPING : STARTING),
        null,
        null,
        null);
  }

  /**
   * With both there.
   *
   * @param fault why the engine does not answer
   */
  static HealthReport of(
      boolean stopping, StreamCondition stream, Engine engine, Optional<String> fault) {
    List<String> reasons = new ArrayList<>();
    if (stopping) {
      reasons.add(STOPPING);
    } else if (stream.hasFailed()) {
      reasons.add("The stream ended: " + stream.failure().orElse("see the log") + ".");
    } else if (!stream.isReady()) {
      reasons.add("The stream does not read, it is " + stream.state() + ".");
    }
    fault.ifPresent(reasons::add);
    Set<String> waiting = stream.waitingForRegistry();
    if (!waiting.isEmpty()) {
      reasons.add(
          "The schema registry is waited for: by %d records, %s among them."
              .formatted(waiting.size(), new TreeSet<>(waiting).first()));
    }
    boolean live = stopping || !stream.hasFailed() && fault.isEmpty();
    return new HealthReport(
        live,
        live && stream.isReady() && !stopping,
        stopping ? "stopping" : "running",
        List.copyOf(reasons),
        stream.state(),
        engine,
        new Registry(waiting));
  }

  /** All of it, for people and machines; the status is that of {@link #readiness}. */
  Answer whole() {
    try {
      return Answer.of(ready ? 200 : 503, "application/json", JSON.writeValueAsString(this) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For whoever restarts a process that does not live. */
  Answer liveness() {
    return probe(live, "live");
  }

  /** For whoever sends work, or another process to its restart. */
  Answer readiness() {
    return probe(ready, "ready");
  }

  private Answer probe(boolean well, String word) {
    return well ? Answer.line(200, word) : Answer.line(503, String.join(" ", reasons));
  }
}
