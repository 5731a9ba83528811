package io.patchstream.ops;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages over HTTP, for probes, scrapes and people: {@code GET} and {@code HEAD} of whole paths,
 * plain text, no authentication.
 *
 * <p>Whoever connects can keep few threads for few seconds, and the classification none of its own:
 * requests beyond {@value #THREADS} at a time wait, and what a client does not send or read in time
 * is cut off.
 */
final class OperationsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OperationsServer.class);

  private static final int THREADS = 8;
  private static final int WAITING = 64;

  static {
    // The JDK's server knows these bounds by system properties only, and reads them once: a request
    // of 2 s, an answer of 10 s, 100 connections; and an answer is not to wait for its header's
    // acknowledgement.
    System.setProperty("sun.net.httpserver.maxReqTime", "2");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "100");
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Map<String, Function<Headers, Answer>> pages = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  private OperationsServer(HttpServer server) {
    this.server = server;
    AtomicInteger count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(work, "patchstream-http-" + count.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            },
            // The connection of a request that finds no place is cut off when its time is up.
            new ThreadPoolExecutor.DiscardPolicy());
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /**
   * Listens; every page is missing yet.
   *
   * @param host name or address of this machine
   * @param port 0 for any that is free
   * @throws IOException if nothing can listen there
   */
  static OperationsServer start(String host, int port) throws IOException {
    return new OperationsServer(HttpServer.create(new InetSocketAddress(host, port), 0));
  }

  /**
   * Serves a page from now on, in place of what was there.
   *
   * @param path all of it, such as {@code /metrics}
   * @param page asked at each request, by several threads at a time
   */
  void handle(String path, Supplier<Answer> page) {
    handle(path, request -> page.get());
  }

  /**
   * As above, with a page that depends on the headers of the request.
   *
   * @param page asked at each request, by several threads at a time
   */
  void handle(String path, Function<Headers, Answer> page) {
    pages.put(path, page);
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer =
          answer(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders());
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (answer.status() == 405) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", "" + answer.body().length);
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      }
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
    server.stop(0);
    threads.shutdownNow();
  }
}
