package io.patchstream.schemas.serdes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * A registry of a few lines on a loopback port: registers, lists and looks up schemas, the same for
 * each subject, gives them by id, and answers whatever a test wants it to answer instead.
 */
final class HttpRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final List<String> schemas = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile Answer fixed;

  HttpRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Registers a schema as an operator would; its id is the number of schemas so far. */
  int register(String schema) {
    schemas.add(schema);
    return schemas.size();
  }

  /** From now on every request gets this answer. */
  void answer(int status, String body) {
    fixed = new Answer(status, body);
  }

  /** From now on requests are answered as a registry does. */
  void recover() {
    fixed = null;
  }

  /** Method and path of each request so far. */
  List<String> requests() {
    return new ArrayList<>(requests);
  }

  List<String> authorizations() {
    return new ArrayList<>(authorizations);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    byte[] request = exchange.getRequestBody().readAllBytes();
    Answer answer = fixed != null ? fixed : answer(exchange.getRequestMethod(), path, request);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Answer answer(String method, String path, byte[] request) throws IOException {
    if (path.startsWith("/schemas/ids/")) {
      int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
      return id <= schemas.size()
          ? ok(Map.of("schema", schemas.get(id - 1)))
          : error(404, 40403, "Schema " + id + " not found");
    }
    if (method.equals("GET")) {
      return listed(path);
    }
    JsonNode body = JSON.readTree(request);
    String schema = body.path("schema").asText();
    if (path.endsWith("/versions")) {
      return ok(
          Map.of("id", schemas.contains(schema) ? schemas.indexOf(schema) + 1 : register(schema)));
    }
    return schemas.contains(schema)
        ? ok(version(path.substring("/subjects/".length()), schemas.indexOf(schema) + 1))
        : error(404, 40403, "Schema not found");
  }

  /** The versions of a subject, or one of them; a version's number is its id. */
  private Answer listed(String path) throws IOException {
    String[] parts = path.split("/");
    if (schemas.isEmpty()) {
      return error(404, 40401, "Subject " + parts[2] + " not found");
    }
    return parts.length == 4
        ? ok(IntStream.rangeClosed(1, schemas.size()).toArray())
        : ok(version(parts[2], Integer.parseInt(parts[4])));
  }

  private Map<String, ?> version(String subject, int id) {
    return Map.of("subject", subject, "version", id, "id", id, "schema", schemas.get(id - 1));
  }

  private static Answer ok(Object body) throws IOException {
    return new Answer(200, JSON.writeValueAsString(body));
  }

  private static Answer error(int status, int code, String message) throws IOException {
    return new Answer(
        status, JSON.writeValueAsString(Map.of("error_code", code, "message", message)));
  }
}
