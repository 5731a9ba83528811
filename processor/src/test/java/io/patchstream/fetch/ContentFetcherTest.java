package io.patchstream.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchstream.fetch.FetchException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pictures are fetched, and whoever tries more is refused or cut off. Names are ours, the server is
 * a real one on loopback: only the host {@code pictures.example} may have a private address.
 */
class ContentFetcherTest {

  private static final int MAX_BYTES = 1 << 20;
  private static final Duration LIMIT = Duration.ofMillis(1_500);

  /** What each name resolves to. */
  private static final Map<String, List<String>> NAMES =
      Map.ofEntries(
          Map.entry("pictures.example", List.of("127.0.0.1")),
          Map.entry("loopback.example", List.of("127.0.0.1")),
          Map.entry("inside.example", List.of("10.1.2.3")),
          Map.entry("metadata.example", List.of("169.254.169.254")),
          Map.entry("six.example", List.of("fd00:ec2::254")),
          Map.entry("linklocal.example", List.of("fe80::1")),
          Map.entry("nat64.example", List.of("64:ff9b::a9fe:a9fe")),
          Map.entry("mixed.example", List.of("93.184.215.14,192.168.1.1")),
          Map.entry("zero.example", List.of("0.0.0.0")));

  @TempDir static Path temporary;
  private static Path folder;
  private static PictureServer server;
  private static ContentFetcher fetcher;

  @BeforeAll
  static void start() throws Exception {
    server = new PictureServer();
    folder = Files.createDirectory(temporary.resolve("pictures"));
    Files.write(folder.resolve("a b.png"), PictureServer.PICTURE);
    Files.write(Path.of(URI.create(folder.toUri() + "bl%C3%A5.png")), PictureServer.PICTURE);
    Files.write(temporary.resolve("secret"), new byte[] {42});
    Files.createDirectory(temporary.resolve("pictures-private"));
    Files.write(temporary.resolve("pictures-private/x.png"), new byte[] {42});
    Files.write(folder.resolve("large"), new byte[MAX_BYTES + 1]);
    Files.createDirectory(folder.resolve("sub"));
    Files.createSymbolicLink(folder.resolve("link-out"), temporary.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("folder-out"), temporary);
    Files.createSymbolicLink(folder.resolve("link-in"), folder.resolve("a b.png"));
    Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/zero"));
    fetcher = fetcher(LIMIT, "http:", "https:", folder.toUri().toString());
  }

  @AfterAll
  static void stop() {
    fetcher.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http://pictures.example:PORT/images/a.png",
    "HTTP://Pictures.Example:PORT/images/../images/a.png?size=2",
    "http://pictures.example:PORT/redirect?/images/a.png",
    "http://pictures.example:PORT/redirect?http%3A%2F%2Fpictures.example:PORT/images/a.png",
    "http://pictures.example:PORT/images/blå.png",
    "file:DIR/a%20b.png",
    "file:DIR/blå.png",
    "file:DIR/bl%C3%A5.png",
    "file://DIR/sub/../a%20b.png",
    "file:DIR/link-in",
  })
  void whatIsAllowedIsFetched(String uri) throws Exception {
    assertThat(fetcher.fetch(filled(uri))).isEqualTo(PictureServer.PICTURE);
  }

  /** Every host and one folder are allowed, so what refuses these is not the prefix. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # addresses
          http://127.0.0.1:PORT/images/a.png          | REFUSED | has the address 127.0.0.1
          http://127.9.9.9:PORT/images/a.png          | REFUSED | has the address
          http://10.0.0.1/                            | REFUSED | has the address
          http://169.254.169.254/latest/meta-data/    | REFUSED | has the address
          http://100.64.0.1/                          | REFUSED | has the address
          http://0.0.0.0:PORT/                        | REFUSED | has the address
          http://224.0.0.1/                           | REFUSED | has the address
          # names
          http://loopback.example:PORT/images/a.png   | REFUSED | has the address 127.0.0.1
          http://loopback.example.:PORT/images/a.png  | FAILED  | UnknownHost
          http://inside.example/                      | REFUSED | has the address 10.1.2.3
          https://inside.example/                     | REFUSED | has the address 10.1.2.3
          http://metadata.example/latest/             | REFUSED | has the address 169.254.169.254
          http://six.example/                         | REFUSED | has the address fd00:ec2
          http://linklocal.example/                   | REFUSED | has the address fe80
          http://nat64.example/                       | REFUSED | has the address 64:ff9b
          http://mixed.example/                       | REFUSED | has the address 192.168.1.1
          http://zero.example:PORT/                   | REFUSED | has the address 0.0.0.0
          # IPv6 forms
          http://[::1]:PORT/                          | REFUSED | has the address 0:0:0:0:0:0:0:1
          http://[::]:PORT/                           | REFUSED | has the address
          http://[::ffff:127.0.0.1]:PORT/             | REFUSED | has the address 127.0.0.1
          http://[::ffff:7f00:1]:PORT/                | REFUSED | has the address 127.0.0.1
          http://[::127.0.0.1]:PORT/                  | REFUSED | has the address
          http://[fe80::1]/                           | REFUSED | has the address
          http://[fe80::1%25lo]/                      | REFUSED | zone
          http://[fd00:ec2::254]/latest/              | REFUSED | has the address
          http://[fc00::1]/                           | REFUSED | has the address
          http://[64:ff9b::169.254.169.254]/          | REFUSED | has the address
          http://[64:ff9b::7f00:1]/                   | REFUSED | has the address
          http://[2002:7f00:1::]/                     | REFUSED | has the address
          http://[ff02::1]/                           | REFUSED | has the address
          # spellings of addresses
          http://2130706433/                          | REFUSED | four decimal numbers
          http://017700000001/                        | REFUSED | four decimal numbers
          http://0x7f000001/                          | REFUSED | four decimal numbers
          http://0177.0.0.1/                          | REFUSED | four decimal numbers
          http://0x7f.0.0.1/                          | REFUSED | plainly written
          http://127.1/                               | REFUSED | plainly written
          http://127.0.1/                             | REFUSED | plainly written
          http://127.0.0.1./                          | REFUSED | plainly written
          http://127.0.0.01/                          | REFUSED | four decimal numbers
          http://%31%32%37.0.0.1/                     | REFUSED | plainly written
          http://①②⑦.0.0.1/                           | REFUSED | plainly written
          # spellings of URIs
          http://pictures.example@127.0.0.1:PORT/     | REFUSED | user name
          http://user:word@pictures.example:PORT/     | REFUSED | user name
          http://127.0.0.1:PORT\\@pictures.example/   | REFUSED | is no URI
          http:///images/a.png                        | REFUSED | neither a name
          http:images/a.png                           | REFUSED | absolute path
          //pictures.example:PORT/images/a.png        | REFUSED | scheme
          images/a.png                                | REFUSED | scheme
          ftp://pictures.example/a.png                | REFUSED | scheme 'ftp'
          gopher://127.0.0.1:6379/_FLUSHALL           | REFUSED | scheme 'gopher'
          jar:file:DIR/a.jar!/x                       | REFUSED | scheme 'jar'
          http://pictures.example:PORT/a%0d%0aX:%20y  | FAILED  | answered 404
          # redirects
          http://pictures.example:PORT/redirect?http://127.0.0.1:PORT/images/a.png | REFUSED | has the address
          http://pictures.example:PORT/redirect?http://169.254.169.254/latest/     | REFUSED | has the address
          http://pictures.example:PORT/redirect?//inside.example/                  | REFUSED | has the address
          http://pictures.example:PORT/redirect?http://[::1]:PORT/                 | REFUSED | has the address
          http://pictures.example:PORT/redirect?http://2130706433/                 | REFUSED | four decimal numbers
          http://pictures.example:PORT/redirect?file:DIR/a%2520b.png               | REFUSED | redirects to the scheme 'file'
          http://pictures.example:PORT/redirect?s3://bucket/a.png                  | REFUSED | redirects to the scheme 's3'
          http://pictures.example:PORT/redirect?ftp://pictures.example/            | REFUSED | scheme
          http://pictures.example:PORT/loop           | FAILED  | redirects more than 5 times
          http://pictures.example:PORT/ping           | FAILED  | redirects more than 5 times
          # servers that do not end
          http://pictures.example:PORT/announced      | TOO_MANY_BYTES | 2147483648 bytes
          http://pictures.example:PORT/endless        | TOO_MANY_BYTES | the limit is 1048576
          http://pictures.example:PORT/endless-missing| FAILED  | answered 404
          http://pictures.example:PORT/drip           | FAILED  | did not come within 1500 ms
          http://pictures.example:PORT/silent         | FAILED  | did not come within 1500 ms
          http://pictures.example:PORT/gzip           | FAILED  | Content-Encoding gzip
          http://pictures.example:PORT/header         | FAILED  | line length
          http://pictures.example:PORT/headers        | FAILED  | header count
          http://pictures.example:PORT/broken         | FAILED  | answered 503 (4 tries)
          http://pictures.example:PORT/much-later     | FAILED  | answered 503, to be asked again in 3600 s (1 tries)
          http://pictures.example:PORT/missing        | FAILED  | answered 404.
          http://unknown.example/                     | FAILED  | UnknownHost
          # files
          file:DIR/../secret                          | REFUSED | allowed prefix
          file:DIR/%2e%2e/secret                      | REFUSED | hides dots
          file:DIR/..%2fsecret                        | REFUSED | hides dots
          file:DIR/..%252fsecret                      | REFUSED | hides dots
          file:DIR/..;/secret                         | REFUSED | hides dots
          file:DIR/a%00.png                           | REFUSED | hides dots
          file:/../../etc/hostname                    | REFUSED | above the root
          file:DIR-private/x.png                      | REFUSED | allowed prefix
          file:///etc/hostname                        | REFUSED | allowed prefix
          file://localhost/etc/hostname               | REFUSED | another host
          file://inside.example/share/x.png           | REFUSED | another host
          file:DIR/link-out                           | REFUSED | leads out
          file:DIR/folder-out/secret                  | REFUSED | leads out
          file:DIR/device                             | REFUSED | leads out
          file:DIR/sub                                | REFUSED | no regular file
          file:DIR/large                              | TOO_MANY_BYTES | 1048577 bytes
          file:DIR/none.png                           | FAILED  | does not exist
          """)
  @Timeout(20) // far above the limit, far under what the servers would take
  void whoeverTriesMoreIsStopped(String uri, Reason reason, String why) {
    FetchException stopped =
        catchThrowableOfType(FetchException.class, () -> fetcher.fetch(filled(uri)));

    assertThat(stopped).hasMessageContaining(why);
    assertThat(stopped.reason()).isEqualTo(reason);
    assertThat(server.endlessBytesSent.get()).isLessThan(256 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "http://pictures.example:PORT/images, http://pictures.example:PORT/images/a.png, true",
    "http://pictures.example:PORT/images/, http://pictures.example:PORT/images/a.png, true",
    "http://PICTURES.example:PORT, http://pictures.example:PORT/images/a.png, true",
    "http://pictures.example:PORT/images, http://pictures.example:PORT/images-private/x, false",
    "http://pictures.example:PORT/images, http://pictures.example:PORT/images/../missing, false",
    "http://pictures.example:PORT/images, http://pictures.example:PORT/redirect?/images/x, false",
    "http://pictures.example, http://pictures.example:PORT/images/a.png, false",
    "http://pictures.example, http://pictures.example.evil.example/images/a.png, false",
    "http://pictures.example, http://pictures.example%2eevil.example/images/a.png, false",
    "https://pictures.example:PORT, http://pictures.example:PORT/images/a.png, false",
    "file:DIR, http://pictures.example:PORT/images/a.png, false",
    "http:, https://pictures.example:PORT/images/a.png, false",
  })
  void aPrefixCountsWholeSegments(String prefix, String uri, boolean allowed) throws Exception {
    try (ContentFetcher strict = fetcher(LIMIT, filled(prefix))) {
      if (allowed) {
        assertThat(strict.fetch(filled(uri))).isEqualTo(PictureServer.PICTURE);
      } else {
        assertThatThrownBy(() -> strict.fetch(filled(uri)))
            .isInstanceOfSatisfying(
                FetchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
      }
    }
  }

  @Test
  void aRedirectOutOfThePrefixIsNotFollowed() throws Exception {
    String redirect = "http://pictures.example:PORT/redirect";
    try (ContentFetcher strict = fetcher(LIMIT, filled(redirect))) {
      server.requests.clear();
      assertThatThrownBy(() -> strict.fetch(filled(redirect + "?/images/a.png")))
          .hasMessageContaining("is not under an allowed prefix");
      assertThat(server.requests).containsExactly("/redirect?/images/a.png");
    }
  }

  @Test
  void withoutPrefixNothingIsFetched() {
    try (ContentFetcher none = fetcher(LIMIT)) {
      assertThatThrownBy(() -> none.fetch(filled("file:DIR/a%20b.png")))
          .hasMessageContaining("none is allowed: send the bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({"images/", "ftp://x.example/", "http://user@x.example/", "http://127.1/", "file:"})
  void whatIsNoPrefixIsRefusedAtOnce(String prefix) {
    assertThatThrownBy(() -> fetcher(LIMIT, prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No prefix to allow");
  }

  @Test
  void busyServersAreAskedAgainUntilTheyAnswer() throws Exception {
    try (PictureServer own = new PictureServer();
        ContentFetcher patient = fetcher(Duration.ofSeconds(30), "http:")) {
      assertThat(patient.fetch("http://pictures.example:" + own.port() + "/busy"))
          .isEqualTo(PictureServer.PICTURE);
      assertThat(own.requests).hasSize(3);
    }
  }

  @Test
  void aServerThatSaysWhenIsNotAskedBefore() throws Exception {
    try (ContentFetcher patient = fetcher(Duration.ofSeconds(30), "http:")) {
      assertThat(patient.fetch(filled("http://pictures.example:PORT/later")))
          .isEqualTo(PictureServer.PICTURE);
      assertThat(server.laterAsked.get(1) - server.laterAsked.get(0))
          .isGreaterThan(Duration.ofSeconds(1).toNanos());
    }
  }

  /** The name's second answer must not count: not in place of the first, nor unchecked. */
  @Test
  void aNameThatIsReboundGainsNothing() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CheckedResolver.Names rebound =
        name -> at(asked.getAndIncrement() == 0 ? "127.0.0.1" : "169.254.169.254");
    try (PictureServer own = new PictureServer();
        ContentFetcher rebinding =
            new ContentFetcher(
                options(Duration.ofSeconds(30), "http:"), rebound, SSLContext.getDefault())) {
      String origin = "http://pictures.example:" + own.port();
      assertThat(rebinding.fetch(origin + "/images/a.png")).isEqualTo(PictureServer.PICTURE);
      assertThat(asked).hasValue(1);

      // The open connection answers 429 and closes; the next one is looked up, and checked, anew.
      assertThatThrownBy(() -> rebinding.fetch(origin + "/busy"))
          .hasMessageContaining("has the address 169.254.169.254");
      assertThat(own.requests).containsExactly("/images/a.png", "/busy");
    }
  }

  @Test
  void aServerThatIsNotThereFailsAfterAFewTries() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    assertThatThrownBy(() -> fetcher.fetch("http://pictures.example:" + port + "/"))
        .hasMessageContaining("tries")
        .isInstanceOfSatisfying(
            FetchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED));
  }

  /** Private addresses are the operator's own at S3, the rest of the policy holds. */
  @Test
  void noBucketLeadsToAMetadataService() throws Exception {
    FetchOptions options =
        new FetchOptions(
            List.of("s3://bucket"),
            List.of(),
            MAX_BYTES,
            LIMIT,
            1,
            new S3Options(Optional.empty(), Optional.of("eu-central-1"), true));
    try (ContentFetcher s3 =
        new ContentFetcher(options, name -> at("169.254.169.254"), SSLContext.getDefault())) {
      assertThatThrownBy(() -> s3.fetch("s3://bucket/a.png"))
          .hasMessageContaining(
              "bucket.s3.eu-central-1.amazonaws.com has the address 169.254.169.254")
          .isInstanceOfSatisfying(
              FetchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    }
  }

  /** The kernel takes the connection, and nobody ever answers on it. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  @Timeout(20)
  void aServerThatNeverSpeaksIsCutOff(String scheme) throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      String uri = scheme + "://pictures.example:" + mute.getLocalPort() + "/";
      assertThatThrownBy(() -> fetcher.fetch(uri))
          .hasMessageContaining("did not come within 1500 ms");
    }
  }

  @Test
  @Timeout(20)
  void headersThatDripAreCutOff() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      Thread dripping = new Thread(() -> dripHeaders(socket));
      dripping.start();
      assertThatThrownBy(
              () -> fetcher.fetch("http://pictures.example:" + socket.getLocalPort() + "/"))
          .hasMessageContaining("did not come within 1500 ms");
      dripping.join(); // its connection is closed
    }
  }

  private static void dripHeaders(ServerSocket socket) {
    try (Socket connection = socket.accept()) {
      connection.getOutputStream().write("HTTP/1.1 200 OK\r\nX-Drip: ".getBytes(US_ASCII));
      while (true) {
        connection.getOutputStream().write('x');
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      // The other side has hung up.
    }
  }

  private static ContentFetcher fetcher(Duration limit, String... prefixes) {
    try {
      return new ContentFetcher(
          options(limit, prefixes), ContentFetcherTest::lookup, SSLContext.getDefault());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FetchOptions options(Duration limit, String... prefixes) {
    return new FetchOptions(
        List.of(prefixes), List.of("Pictures.example"), MAX_BYTES, limit, 4, S3Options.DEFAULT);
  }

  private static InetAddress[] lookup(String name) throws UnknownHostException {
    List<String> answers = NAMES.get(name);
    if (answers == null) {
      throw new UnknownHostException(name);
    }
    return at(answers.get(0).split(","));
  }

  private static InetAddress[] at(String... addresses) throws UnknownHostException {
    InetAddress[] all = new InetAddress[addresses.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = InetAddress.getByName(addresses[i]);
    }
    return all;
  }

  private static String filled(String uri) {
    return uri.replace("PORT", Integer.toString(server.port())).replace("DIR", folder.toString());
  }
}
