package io.patchstream.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/** A web server on loopback with pictures, and with everything that a bad one may do. */
final class PictureServer implements AutoCloseable {

  static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};

  private static final long ENDLESS = 2L << 30;

  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<Long> laterAsked = new CopyOnWriteArrayList<>();
  final AtomicLong endlessBytesSent = new AtomicLong();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger busyAnswers = new AtomicInteger();

  PictureServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    serve("/images/", exchange -> answer(exchange, 200, PICTURE));
    serve("/missing", exchange -> answer(exchange, 404, new byte[0]));
    serve("/redirect", PictureServer::redirect);
    serve("/loop", exchange -> redirect(exchange, "/loop"));
    serve("/ping", exchange -> redirect(exchange, "/pong"));
    serve("/pong", exchange -> redirect(exchange, "/ping"));
    serve("/busy", this::busy);
    serve("/later", this::later);
    serve("/much-later", exchange -> later(exchange, "3600"));
    serve("/broken", exchange -> answer(exchange, 503, new byte[0]));
    serve("/announced", PictureServer::announce);
    serve("/endless", exchange -> endless(exchange, 200));
    serve("/endless-missing", exchange -> endless(exchange, 404));
    serve("/drip", PictureServer::drip);
    serve("/silent", exchange -> pause(60_000));
    serve("/gzip", PictureServer::gzip);
    serve("/header", exchange -> header(exchange, 1, 1 << 20));
    serve("/headers", exchange -> header(exchange, 5_000, 10));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestURI().toString());
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** To wherever the query says. */
  private static void redirect(HttpExchange exchange) throws IOException {
    redirect(
        exchange,
        URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8));
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    answer(exchange, 302, new byte[0]);
  }

  /** Twice busy, then a picture, over a new connection each. */
  private void busy(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    int status = List.of(429, 503, 200).get(Math.min(2, busyAnswers.getAndIncrement()));
    answer(exchange, status, status == 200 ? PICTURE : new byte[0]);
  }

  /** In a second; then there is a picture. */
  private void later(HttpExchange exchange) throws IOException {
    laterAsked.add(System.nanoTime());
    if (laterAsked.size() == 1) {
      later(exchange, "1");
    } else {
      answer(exchange, 200, PICTURE);
    }
  }

  private static void later(HttpExchange exchange, String when) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", when);
    answer(exchange, 503, new byte[0]);
  }

  private static void announce(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, ENDLESS);
    exchange.getResponseBody().write(0);
    exchange.getResponseBody().flush();
  }

  private void endless(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    byte[] block = new byte[1 << 16];
    try (OutputStream body = exchange.getResponseBody()) {
      for (long sent = 0; sent < ENDLESS; sent += block.length) {
        body.write(block);
        endlessBytesSent.addAndGet(block.length);
      }
    }
  }

  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    for (int i = 0; i < 600; i++) {
      body.write(0);
      body.flush();
      pause(50);
    }
  }

  /** A small body that would be large. */
  private static void gzip(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = new GZIPOutputStream(exchange.getResponseBody())) {
      body.write(new byte[10 << 20]);
    }
  }

  private static void header(HttpExchange exchange, int headers, int chars) throws IOException {
    for (int i = 0; i < headers; i++) {
      exchange.getResponseHeaders().set("X-" + i, "x".repeat(chars));
    }
    answer(exchange, 200, PICTURE);
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
