package io.patchstream.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends the numbers from 0 on as events, at a steady pace from a thread of its own, until it is
 * told to stop. Number n goes to input partition n modulo the partitions, with its number as key;
 * what is to become of it its {@link Fate} says.
 */
final class SteadyStream implements AutoCloseable {

  private static final Duration TACT = Duration.ofMillis(50);

  private final Pipeline pipeline;
  private final int classes;
  private final int perTact;
  private final Thread thread = new Thread(this::send, "steady-stream");
  private volatile boolean stopped;
  private volatile int sent;
  private volatile Throwable failure;

  /**
   * A stream that flows from now on.
   *
   * @param classes of the model; a picture shows its number's remainder by it
   * @param perSecond how many pictures a second
   */
  SteadyStream(Pipeline pipeline, int classes, int perSecond) {
    this.pipeline = pipeline;
    this.classes = classes;
    perTact = Math.max(1, Math.toIntExact(perSecond * TACT.toMillis() / 1_000));
    thread.setDaemon(true);
    thread.start();
  }

  /** How many have been sent: the numbers below are in the input topic. */
  int sent() {
    return sent;
  }

  /** Waits until that many have been sent. */
  void awaitSent(int count) throws InterruptedException {
    while (sent < count && thread.isAlive()) {
      Thread.sleep(TACT.toMillis());
    }
  }

  /**
   * Stops the stream.
   *
   * @return how many numbers were sent in all
   * @throws AssertionError if some could not be sent
   */
  int stop() throws InterruptedException {
    stopped = true;
    thread.join();
    if (failure != null) {
      throw new AssertionError("number " + sent + " or one after it was not sent", failure);
    }
    return sent;
  }

  private void send() {
    try {
      for (long next = System.nanoTime(); !stopped; next += TACT.toNanos()) {
        sendTact();
        // After a stop of the brokers it goes on at its pace, and makes up for nothing.
        next = Math.max(next, System.nanoTime() - TACT.toNanos());
        Thread.sleep(Math.max(0, (next + TACT.toNanos() - System.nanoTime()) / 1_000_000));
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  private void sendTact() throws Exception {
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (int number = sent; number < sent + perTact; number++) {
      answers.add(
          pipeline.sendEvent(
              number % pipeline.partitions(),
              Integer.toString(number),
              Fate.event(number, classes)));
    }
    pipeline.flush();
    for (Future<RecordMetadata> answer : answers) {
      answer.get();
    }
    sent += perTact;
  }

  @Override
  public void close() {
    stopped = true;
  }
}
