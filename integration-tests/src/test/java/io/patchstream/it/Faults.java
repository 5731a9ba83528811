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

/**
 * Breaks the processors of a group, one after the other, as the seed says: each kind of fault as
 * often as the others, in a random order, at a random one of those that run. The test decides when,
 * best by the results that have come, so that it needs no clock.
 */
public final class Faults implements AutoCloseable {

  /** What can happen to a processor. */
  public enum Kind {
    /** SIGKILL, then a new start at once. */
    KILL,
    /** SIGTERM, a clean end, then a new start. */
    TERMINATE,
    /** SIGSTOP, and SIGCONT when the group has long given its work to others. */
    PAUSE
  }

  private static final Duration LONGEST_CLEAN_END = Duration.ofSeconds(30);

  private final List<ProcessorProcess> processors;
  private final Duration pause;
  private final Random random;
  private final List<Kind> deck = new ArrayList<>();
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
   * @param pause how long SIGSTOP lasts: longer than {@code session.timeout.ms}
   */
  public Faults(List<ProcessorProcess> processors, Duration pause, long seed) {
    this.processors = List.copyOf(processors);
    this.pause = pause;
    this.random = new Random(seed);
  }

  /**
   * Injects the next fault. A pause ends by itself, so other faults may fall into it.
   *
   * @throws AssertionError if the processor to be broken has ended by itself, or does not end
   *     cleanly
   */
  public void next() {
    if (deck.isEmpty()) {
      deck.addAll(List.of(Kind.values()));
      Collections.shuffle(deck, random);
    }
    inject(deck.remove(deck.size() - 1), victim());
  }

  /** Injects a fault of a kind into a processor that runs. */
  public void inject(Kind kind, ProcessorProcess victim) {
    victim.assertAlive("by itself, after the faults " + injected);
    injected.add(kind + " " + victim);
    switch (kind) {
      case KILL -> {
        victim.kill();
        victim.start();
      }
      case TERMINATE -> {
        // 143 where it was still starting: nothing was there to be closed.
        assertThat(victim.terminate(LONGEST_CLEAN_END)).as("exit of %s", victim).isIn(0, 143);
        victim.start();
      }
      case PAUSE -> {
        paused.add(victim);
        victim.pause();
        clock.schedule(() -> resume(victim), pause.toMillis(), TimeUnit.MILLISECONDS);
      }
      default -> throw new IllegalArgumentException(kind.toString());
    }
  }

  /** The faults so far, for messages. */
  public List<String> injected() {
    return Collections.unmodifiableList(injected);
  }

  /** Waits until no processor is paused, and sees that all of them run. */
  public void awaitAllRunning(Duration atMost) {
    Await.until(atMost, () -> "still paused: " + paused, paused::isEmpty);
    for (ProcessorProcess processor : processors) {
      processor.awaitRunning(atMost);
    }
  }

  private ProcessorProcess victim() {
    Await.until(
        pause.plusSeconds(10), () -> "all are paused", () -> paused.size() < processors.size());
    List<ProcessorProcess> running = new ArrayList<>(processors);
    running.removeAll(paused);
    return running.get(random.nextInt(running.size()));
  }

  private void resume(ProcessorProcess victim) {
    victim.resume();
    paused.remove(victim);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    paused.forEach(ProcessorProcess::resume);
    paused.clear();
  }
}
