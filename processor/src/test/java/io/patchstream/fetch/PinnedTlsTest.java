package io.patchstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.patchstream.fetch.FetchException.Reason;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connection goes to the address that was checked; TLS still asks for, and checks, the name.
 */
class PinnedTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private static final List<Object> namesAskedFor = new CopyOnWriteArrayList<>();

  @TempDir static Path folder;
  private static HttpsServer server;
  private static ContentFetcher fetcher;

  @BeforeAll
  static void start() throws Exception {
    SSLContext tls = context(certificateFor("pictures.example"));
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    server = HttpsServer.create(new InetSocketAddress(loopback, 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          var session = (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
          namesAskedFor.addAll(session.getRequestedServerNames());
          exchange.sendResponseHeaders(200, PictureServer.PICTURE.length);
          exchange.getResponseBody().write(PictureServer.PICTURE);
          exchange.close();
        });
    server.start();
    FetchOptions options =
        new FetchOptions(
            List.of("https:"),
            List.of("pictures.example", "other.example", "127.0.0.1"),
            1 << 20,
            Duration.ofSeconds(30),
            1,
            S3Options.DEFAULT);
    fetcher = new ContentFetcher(options, name -> new InetAddress[] {loopback}, tls);
  }

  @AfterAll
  static void stop() {
    fetcher.close();
    server.stop(0);
  }

  @Test
  void theCertificateOfTheNameIsAccepted() throws Exception {
    assertThat(fetcher.fetch("https://pictures.example:" + port() + "/a.png"))
        .isEqualTo(PictureServer.PICTURE);
    assertThat(namesAskedFor).containsExactly(new SNIHostName("pictures.example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.example", "127.0.0.1"})
  void theCertificateOfAnotherNameIsNot(String host) {
    assertThatThrownBy(() -> fetcher.fetch("https://" + host + ":" + port() + "/a.png"))
        .hasMessageContaining("No subject alternative")
        .isInstanceOfSatisfying(
            FetchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED));
  }

  private static int port() {
    return server.getAddress().getPort();
  }

  /** A fresh one of a day, made by the JDK's own tool. */
  private static Path certificateFor(String name) throws Exception {
    Path store = folder.resolve("store.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-validity",
            "1",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=dns:" + name,
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return store;
  }

  /** Shows the certificate of the store, and trusts it alone. */
  private static SSLContext context(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
