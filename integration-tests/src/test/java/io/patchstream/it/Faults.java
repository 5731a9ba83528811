package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Breaks a group of processors and the services that they stand on, each time at a random one of
 * those that run, as the seed says. What a fault broke is mended when {@link #inject} returns; only
 * a pause ends by itself, so that the next fault falls into it.
 */
final class Faults implements AutoCloseable {

  /** What can happen. */
  enum Kind {
    /** SIGKILL of a processor, then a new start at once. */
    KILL(true),
    /** SIGTERM of a processor, a clean end, then a new start. */
    TERMINATE(false),
    /** SIGSTOP of a processor, and SIGCONT when the group has long given its work to others. */
    PAUSE(false),
    /** All processors are terminated and started again, each once the one before is back. */
    ROLLING_RESTART(true),
    /** From all processors to one and back. */
    SCALE(true),
    /** SIGKILL of a broker, and a new start once results flow without it. */
    BROKER_KILL(false),
    /** SIGTERM of a broker, and a new start. */
    BROKER_RESTART(false),
    /** SIGKILL of the leader of an output partition, and of a processor while it is gone. */
    LEADER_AND_PROCESSOR(false),
    /** SIGSTOP of a broker for seconds, as one hangs whose disk does not answer. */
    BROKER_STALL(false),
    /** The registry is gone, and a processor that was killed cannot start before it is back. */
    REGISTRY_AWAY(true);

    private final boolean calm;

    /**
     * A kind of fault.
     *
     * @param calm whether it begins when all that was broken before is mended: what follows is its
     *     own doing, or all processors are to take part
     */
    Kind(boolean calm) {
      this.calm = calm;
    }

    /** So many faults in a random order, each kind as often as the others. */
    static List<Kind> deal(int count, long seed) {
      Random random = new Random(seed);
      List<Kind> dealt = new ArrayList<>();
      while (dealt.size() < count) {
        List<Kind> deck = new ArrayList<>(List.of(values()));
        Collections.shuffle(deck, random);
        dealt.addAll(deck);
      }
      return dealt.subList(0, count);
    }
  }

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration STALL = Duration.ofSeconds(3);

  private final KafkaCluster kafka;
  private final SchemaRegistry registry;
  private final Pipeline pipeline;
  private final List<ProcessorProcess> processors;
  private final Duration pause;
  private final Runnable awaitFlow;
  private final Random random;
  private final List<String> injected = new ArrayList<>();
  private final Set<ProcessorProcess> paused = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "faults-clock");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Faults for processors that have been started.
   *
   * @param pause how long SIGSTOP of a processor lasts: longer than the group's session
   * @param awaitFlow waits until images sent from now on have results in all partitions
   */
  Faults(
      KafkaCluster kafka,
      SchemaRegistry registry,
      Pipeline pipeline,
      List<ProcessorProcess> processors,
      Duration pause,
      Runnable awaitFlow,
      long seed) {
    this.kafka = kafka;
    this.registry = registry;
    this.pipeline = pipeline;
    this.processors = List.copyOf(processors);
    this.pause = pause;
    this.awaitFlow = awaitFlow;
    this.random = new Random(seed);
  }

  /** Waits until a fault of that kind may begin. */
  void awaitReadyFor(Kind kind) {
    if (kind.calm) {
      awaitAllRunning();
      awaitFlow.run();
    }
  }

  /**
   * Injects a fault.
   *
   * @throws AssertionError if a processor has ended by itself, or does not end cleanly
   */
  void inject(Kind kind) {
    injected.add(kind.toString());
    switch (kind) {
      case KILL -> kill(victim()).start();
      case TERMINATE -> terminate(victim()).start();
      case PAUSE -> pause(victim());
      case ROLLING_RESTART -> restartAll();
      case SCALE -> scale();
      case BROKER_KILL -> killBroker();
      case BROKER_RESTART -> restartBroker();
      case LEADER_AND_PROCESSOR -> killLeaderAndProcessor();
      case BROKER_STALL -> stallBroker();
      case REGISTRY_AWAY -> stopRegistry();
      default -> throw new IllegalArgumentException(kind.toString());
    }
  }

  private static ProcessorProcess kill(ProcessorProcess victim) {
    victim.kill();
    return victim;
  }

  private static ProcessorProcess terminate(ProcessorProcess victim) {
    assertThat(victim.terminate(LONG)).as("exit of %s", victim).isZero();
    return victim;
  }

  private void pause(ProcessorProcess victim) {
    paused.add(victim);
    victim.pause();
    clock.schedule(() -> resume(victim), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void restartAll() {
    processors.forEach(processor -> terminate(processor).start().awaitRunning(LONG));
  }

  private void scale() {
    List<ProcessorProcess> others = new ArrayList<>(processors);
    others.remove(random.nextInt(others.size()));
    others.forEach(Faults::terminate);
    awaitFlow.run();
    others.forEach(ProcessorProcess::start);
    others.forEach(other -> other.awaitRunning(LONG));
  }

  private void killBroker() {
    KafkaNode node = broker();
    node.kill();
    awaitFlow.run();
    node.start();
  }

  private void restartBroker() {
    KafkaNode node = broker();
    node.stop();
    node.start();
  }

  private void killLeaderAndProcessor() {
    awaitClusterWhole();
    int partition = random.nextInt(pipeline.partitions());
    int leader = kafka.topics().leader(new TopicPartition(pipeline.labels(), partition));
    KafkaNode node = kafka.nodes().get(leader - 1);
    hit(node);
    ProcessorProcess victim = victim();
    node.kill();
    kill(victim).start();
    awaitFlow.run();
    node.start();
  }

  private void stallBroker() {
    KafkaNode node = broker();
    node.pause();
    sleep(STALL);
    node.resume();
  }

  private void stopRegistry() {
    ProcessorProcess victim = victim();
    registry.stop();
    kill(victim).start();
    assertThat(victim.awaitExit(LONG)).as("%s without a registry", victim).isEqualTo(1);
    // Its partitions move on: the others know the schema of the events.
    awaitFlow.run();
    registry.restart();
    victim.start();
  }

  private void hit(Object target) {
    injected.add(injected.remove(injected.size() - 1) + " " + target);
  }

  /** The fault that was injected last, for messages. */
  String latest() {
    return injected.get(injected.size() - 1);
  }

  /** Waits until all is mended: nobody is paused, all brokers and processors run. */
  void awaitAllRunning() {
    awaitNonePaused();
    awaitClusterWhole();
    processors.forEach(processor -> processor.awaitRunning(LONG));
  }

  /** One that has joined and is not paused; one at least stays beside it. */
  private ProcessorProcess victim() {
    Await.until(
        pause.plusSeconds(10),
        () -> "too many are paused",
        () -> paused.size() + 1 < processors.size());
    List<ProcessorProcess> running = new ArrayList<>(processors);
    running.removeAll(paused);
    ProcessorProcess victim = running.get(random.nextInt(running.size()));
    victim.assertAlive("by itself, after the faults " + injected);
    hit(victim);
    return victim.awaitRunning(LONG);
  }

  /** Any broker, once the other two have all that it has. */
  private KafkaNode broker() {
    awaitClusterWhole();
    KafkaNode node = kafka.nodes().get(random.nextInt(kafka.nodes().size()));
    hit(node);
    return node;
  }

  private void awaitClusterWhole() {
    kafka.awaitAllUp();
    Await.until(LONG, () -> "a replica lags behind", () -> kafka.topics().areInSync());
  }

  private void awaitNonePaused() {
    Await.until(pause.plusSeconds(10), () -> "still paused: " + paused, paused::isEmpty);
  }

  private void resume(ProcessorProcess victim) {
    victim.resume();
    paused.remove(victim);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    paused.forEach(ProcessorProcess::resume);
    paused.clear();
  }
}
