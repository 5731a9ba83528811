package io.patchstream.ops.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages over HTTP, for probes, scrapes and people: {@code GET} and {@code HEAD} of whole paths, and
 * streams of events, no authentication. A browser runs nothing of a page but the server's own
 * scripts, whatever text gets into it.
 *
 * <p>Whoever connects can keep few threads for few seconds, and the classification none of its own:
 * requests beyond {@value #THREADS} at a time wait, and what a client does not send or read in time
 * is cut off. Streams of events have threads of their own.
 */
public final class OperationsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OperationsServer.class);

  private static final int THREADS = 8;
  private static final int CONNECTIONS = 100;
  private static final int ANSWER_SECONDS = 10;

  /** Nothing from elsewhere, nothing written into the page itself, and in no frame. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  static {
    // The JDK's server knows these bounds by system properties only, and reads them once: a request
    // of 2 s, so many connections; and an answer is not to wait for its header's acknowledgement.
    // Its bound on answers would hold for streams of events too: we have our own.
    System.setProperty("sun.net.httpserver.maxReqTime", "2");
    System.setProperty("jdk.httpserver.maxConnections", "" + CONNECTIONS);
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Map<String, Function<Headers, Answer>> pages = new ConcurrentHashMap<>();
  private final Map<String, EventStream> streams = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor clock;

  private OperationsServer(HttpServer server) {
    this.server = server;
    ThreadFactory daemons = daemons();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(CONNECTIONS), // a connection has one request at a time
            daemons,
            new ThreadPoolExecutor.DiscardPolicy());
    clock = new ScheduledThreadPoolExecutor(1, daemons);
    clock.setRemoveOnCancelPolicy(true);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static ThreadFactory daemons() {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "patchstream-http-" + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Listens; every page is missing yet.
   *
   * @param host name or address of this machine
   * @param port 0 for any that is free
   * @throws IOException if nothing can listen there
   */
  public static OperationsServer start(String host, int port) throws IOException {
    return new OperationsServer(HttpServer.create(new InetSocketAddress(host, port), 0));
  }

  /**
   * Serves a page from now on, in place of what was there.
   *
   * @param path all of it, such as {@code /metrics}
   * @param page asked at each request, by several threads at a time
   */
  public void handle(String path, Supplier<Answer> page) {
    handle(path, request -> page.get());
  }

  /**
   * As above, with a page that depends on the headers of the request.
   *
   * @param page asked at each request, by several threads at a time
   */
  public void handle(String path, Function<Headers, Answer> page) {
    pages.put(path, page);
  }

  /**
   * Serves events from now on. The stream is closed with the server.
   *
   * @param path all of it
   */
  public void handle(String path, EventStream events) {
    streams.put(path, events);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Content-Security-Policy", CONTENT_POLICY);
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    String path = exchange.getRequestURI().getPath();
    EventStream events = streams.get(path);
    if (events == null) {
      answer(exchange, answer(exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
    } else if (!exchange.getRequestMethod().equals("GET")) {
      answer(exchange, Answer.line(405, path + " is only read: GET."));
    } else if (!events.admit(exchange)) {
      String full = "%d viewers watch, as many as are let in.".formatted(events.maxViewers());
      answer(exchange, Answer.line(503, full));
    }
  }

  /** An interrupt closes the connection to a client that does not read. */
  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    Future<?> tooLong =
        clock.schedule(Thread.currentThread()::interrupt, ANSWER_SECONDS, TimeUnit.SECONDS);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      if (answer.status() == 405) {
        boolean stream = streams.containsKey(exchange.getRequestURI().getPath());
        exchange.getResponseHeaders().set("Allow", stream ? "GET" : "GET, HEAD");
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", "" + answer.body().length);
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      }
    } finally {
      tooLong.cancel(false);
    }
  }

  private Answer answer(String method, String path, Headers headers) {
    Function<Headers, Answer> page = pages.get(path);
    if (page == null) {
      return Answer.line(404, "There is no " + path + " here.");
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.line(405, path + " is only read: GET or HEAD.");
    }
    try {
      return page.apply(headers);
    } catch (RuntimeException e) {
      log.warn("The page {} failed", path, e);
      return Answer.line(500, path + " failed: " + e);
    }
  }

  /** Cuts off what is under way. */
  @Override
  public void close() {
    streams.values().forEach(EventStream::close);
    server.stop(0);
    threads.shutdownNow();
    clock.shutdownNow();
  }
}
