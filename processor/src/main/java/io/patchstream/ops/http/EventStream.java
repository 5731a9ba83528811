package io.patchstream.ops.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events (WHATWG HTML, section 9.2) to a bounded number of viewers, each with a thread
 * of its own, so that neither they nor the server's other pages wait for the slowest. One that is
 * {@value #MOST_WAITING} events behind is dropped; its browser comes again by itself.
 */
public final class EventStream implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventStream.class);

  private static final int MOST_WAITING = 64;

  private final int maxViewers;
  private final Supplier<List<byte[]>> greeting;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private boolean closed;

  /**
   * A stream that nobody watches yet.
   *
   * @param maxViewers how many are let in
   * @param greeting the events that each viewer begins with. What is sent while it is made may come
   *     twice, and is never missed
   */
  public EventStream(int maxViewers, Supplier<List<byte[]>> greeting) {
    this.maxViewers = maxViewers;
    this.greeting = greeting;
  }

  /**
   * An event as it goes over the wire.
   *
   * @param name that the viewer listens for, without a line end
   * @param data any text; a line of it is a line of the event
   */
  public static byte[] event(String name, String data) {
    StringBuilder event = new StringBuilder("event: ").append(name).append('\n');
    data.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    return event.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Sends an event to all who watch now. Never waits for them. */
  public void send(byte[] event) {
    synchronized (viewers) {
      viewers.removeIf(viewer -> !viewer.take(event));
    }
  }

  /** How many watch. */
  public int viewers() {
    synchronized (viewers) {
      return viewers.size();
    }
  }

  /** How many are let in. */
  int maxViewers() {
    return maxViewers;
  }

  /** Takes the exchange over, unless there are too many already. */
  boolean admit(HttpExchange exchange) {
    synchronized (viewers) {
      if (closed || viewers.size() >= maxViewers) {
        return false;
      }
      Viewer viewer = new Viewer(exchange, greeting.get());
      viewers.add(viewer);
      viewer.thread.start();
      return true;
    }
  }

  /** Cuts off whoever watches. */
  @Override
  public void close() {
    synchronized (viewers) {
      closed = true;
      viewers.forEach(viewer -> viewer.thread.interrupt());
      viewers.clear();
    }
  }

  private final class Viewer implements Runnable {

    private final HttpExchange exchange;
    private final List<byte[]> greeting;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = new Thread(this, "patchstream-viewer");

    Viewer(HttpExchange exchange, List<byte[]> greeting) {
      this.exchange = exchange;
      this.greeting = greeting;
      thread.setDaemon(true);
    }

    /** False where it is too far behind, and dropped: the interrupt closes its connection. */
    boolean take(byte[] event) {
      boolean taken = waiting.offer(event);
      if (!taken) {
        log.debug("A viewer at {} is too slow", exchange.getRemoteAddress());
        thread.interrupt();
      }
      return taken;
    }

    @Override
    public void run() {
      try (exchange) {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        write(greeting);
        List<byte[]> events = new ArrayList<>();
        while (true) {
          events.add(waiting.take());
          waiting.drainTo(events);
          write(events);
          events.clear();
        }
      } catch (IOException | InterruptedException e) {
        log.debug("A viewer is gone", e);
      } finally {
        synchronized (viewers) {
          viewers.remove(this);
        }
      }
    }

    private void write(List<byte[]> events) throws IOException {
      OutputStream out = exchange.getResponseBody();
      for (byte[] event : events) {
        out.write(event);
      }
      out.flush();
    }
  }
}
