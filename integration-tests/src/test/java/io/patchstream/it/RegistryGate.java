package io.patchstream.it;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * TLS and basic auth before a {@link SchemaRegistry}, as a site's gateway gives it: the registry
 * itself asks an OpenID provider for its users.
 */
final class RegistryGate implements AutoCloseable {

  static final String USER = "reader";
  static final String PASSWORD = "registry-pass-word-2";

  private final SchemaRegistry registry;
  private final Certificates certificates;
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpsServer server;

  /** A gate with the certificate of that name. */
  RegistryGate(SchemaRegistry registry, Certificates certificates, String certificate) {
    this.registry = registry;
    this.certificates = certificates;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls(certificates.keyStore(certificate), Certificates.PASSWORD)));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::forward).setAuthenticator(new User());
    server.start();
  }

  /** What a client says to come in. */
  Map<String, String> client() {
    Map<String, String> settings = new HashMap<>();
    settings.put("schema.registry.url", url());
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put("basic.auth.user.info", USER + ":" + PASSWORD);
    settings.put("schema.registry.ssl.truststore.type", "PKCS12");
    settings.put("schema.registry.ssl.truststore.location", certificates.trustStore().toString());
    settings.put("schema.registry.ssl.truststore.password", Certificates.PASSWORD);
    return settings;
  }

  String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  private static final class User extends BasicAuthenticator {

    User() {
      super("registry");
    }

    @Override
    public boolean checkCredentials(String user, String password) {
      return user.equals(USER) && password.equals(PASSWORD);
    }
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(registry.url() + exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .build();
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static SSLContext tls(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
