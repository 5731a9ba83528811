package io.patchstream.it;

import io.patchstream.fixtures.NumberedVit;
import io.patchstream.it.Faults.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exactly once, in order and to the right image, whatever happens to processors, brokers and
 * registry while a stream of numbered pictures flows.
 *
 * <p>By itself it takes about a minute and injects a few faults. {@code mvn -Pfaults verify} runs
 * nothing else: {@code -Dfaults=200 -Dimages=200000 -Dseed=1} says how many faults each of its
 * tests injects, of all kinds and in an order that the seed gives, how many images flow at least,
 * and {@code -Drate} how many a second. One protocol: {@code -Dit.test=FaultsIT#classic*}.
 */
@ExtendWith(Services.class)
class FaultsIT {

  private static final Integer FAULTS = Integer.getInteger("faults");
  private static final int IMAGES = Integer.getInteger("images", 0);
  private static final int PER_SECOND = Integer.getInteger("rate", 120);
  private static final long SEED = Long.getLong("seed", 20261121);
  private static final int CLASSES = 4_096;

  private static KafkaCluster kafka;

  @TempDir Path model;

  @BeforeAll
  static void startCluster() {
    kafka =
        KafkaCluster.start(
            3,
            Map.of(
                // As at any cluster: restores are to be short because of it.
                "log.cleaner.enable", "true",
                // A dead broker is given up sooner than by default, so that less is waited for.
                "broker.session.timeout.ms", "4000",
                "broker.heartbeat.interval.ms", "500"));
  }

  @AfterAll
  static void stopCluster() {
    kafka.close();
  }

  @Test
  void classicProtocol(SchemaRegistry registry) throws Exception {
    NumberedVit.of(CLASSES).writeTo(model);
    List<Kind> few = List.of(Kind.PAUSE, Kind.LEADER_AND_PROCESSOR);
    run(GroupProtocol.CLASSIC, registry, few);
  }

  @Test
  void streamsProtocolAndASessionThatFailsAtRandom(SchemaRegistry registry) throws Exception {
    new FailingClassifier(CLASSES).writeTo(model);
    List<Kind> few = List.of(Kind.PAUSE, Kind.BROKER_RESTART, Kind.TERMINATE, Kind.KILL);
    run(GroupProtocol.STREAMS, registry, few);
  }

  private void run(GroupProtocol protocol, SchemaRegistry registry, List<Kind> few)
      throws Exception {
    List<Kind> kinds = FAULTS == null ? few : Kind.deal(FAULTS, SEED);
    try (FaultRun run = new FaultRun(kafka, registry, protocol, model, CLASSES)) {
      run.inject(kinds, SEED, PER_SECOND, IMAGES);
    }
  }
}
