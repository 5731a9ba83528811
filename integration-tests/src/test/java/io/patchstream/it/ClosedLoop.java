package io.patchstream.it;

import io.patchstream.schemas.ImageEvent;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/**
 * Sends numbers as events, as fast as they are done: a fixed number of images is always ahead of
 * the results. Number n goes to input partition n modulo the partitions, with its number as key.
 */
final class ClosedLoop implements AutoCloseable {

  private static final int TOGETHER = 20;

  private final Pipeline pipeline;
  private final IntFunction<ImageEvent> events;
  private final IntSupplier done;
  private final int ahead;
  private final Thread thread = new Thread(this::send, "closed-loop");
  private volatile boolean stopped;
  private volatile int sent;
  private volatile Throwable failure;

  /**
   * A loop that runs from now on.
   *
   * @param events number to event
   * @param first the number to begin with
   * @param done how many have their results
   * @param ahead how many are without at any time
   */
  ClosedLoop(
      Pipeline pipeline, IntFunction<ImageEvent> events, int first, IntSupplier done, int ahead) {
    this.pipeline = pipeline;
    this.events = events;
    this.sent = first;
    this.done = done;
    this.ahead = ahead;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Stops the loop.
   *
   * @return one past the last number that was sent
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
      while (!stopped) {
        if (sent - done.getAsInt() > ahead) {
          Thread.sleep(5);
          continue;
        }
        for (int number = sent; number < sent + TOGETHER; number++) {
          pipeline.sendEvent(
              number % pipeline.partitions(), Integer.toString(number), events.apply(number));
        }
        pipeline.flush();
        sent += TOGETHER;
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  @Override
  public void close() {
    stopped = true;
  }
}
