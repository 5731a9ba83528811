package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.patchstream.fetch.ContentFetcher;
import io.patchstream.fetch.FetchException;
import io.patchstream.fetch.FetchException.Reason;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects come out of an S3 that checks signatures, with credentials as the AWS SDK finds them. */
class S3IT {

  private static final int MAX_BYTES = 1_000;
  private static final byte[] PICTURE = {1, 2, 3};

  private static S3Store store;

  @BeforeAll
  static void start() throws Exception {
    store = S3Store.start();
    store.put("pictures", "images/a.png", PICTURE);
    store.put("pictures", "images/large", new byte[MAX_BYTES + 1]);
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @AfterEach
  void forgetCredentials() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("aws."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b.png",
        "a+b(1)!*'~.png",
        "100%25?#&=@:;,$.png",
        "blå/日本/🦊.png",
        "bla\u030a.png",
        "//two//slashes//",
        "..a/b../...",
        "<\"{|}^`>",
        "line\nfeed",
      })
  void whateverTheKeyTheSignatureHolds(String key) throws Exception {
    store.put("pictures", key, key.getBytes(UTF_8));
    use(S3Store.ACCESS_KEY, S3Store.SECRET_KEY);

    try (ContentFetcher fetcher = fetcher(false)) {
      String uri = new URI("s3", "pictures", "/" + key, null).toString();
      assertThat(fetcher.fetch(uri)).isEqualTo(key.getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3://pictures/none.png, FAILED, answered 404 NoSuchKey: there is no such key.",
    "s3://nowhere/a.png, FAILED, answered 404 NoSuchBucket: there is no such bucket.",
    "s3://pictures/images/large, TOO_MANY_BYTES, the limit is 1000.",
    "s3://secrets/a.png, REFUSED, is not under an allowed prefix.",
    "s3://pictures/images/../a.png, REFUSED, which is read in two ways.",
    "http://127.0.0.1:PORT/pictures/images/a.png, REFUSED, has the address 127.0.0.1",
  })
  void whatIsNotToBeHadSaysWhy(String uri, Reason reason, String why) {
    use(S3Store.ACCESS_KEY, S3Store.SECRET_KEY);

    assertThatIsNotFetched(false, uri, reason, why);
  }

  @ParameterizedTest
  @CsvSource({
    "AKIDEXAMPLE, another, SignatureDoesNotMatch: the secret key does not belong",
    "AKIDOTHER, another, InvalidAccessKeyId: the store does not know this access key",
  })
  void wrongCredentialsAreNamedAndNotShown(String accessKey, String secretKey, String why) {
    use(accessKey, secretKey);

    assertThatIsNotFetched(false, "s3://pictures/images/a.png", Reason.FAILED, why);
  }

  @Test
  void aBucketThatIsNotPublicIsClosedToTheAnonymous() {
    assertThatIsNotFetched(
        true, "s3://pictures/images/a.png", Reason.FAILED, "answered 403 AccessDenied: allow");
  }

  @Test
  void aTokenOfKubernetesBecomesCredentials(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-web-identity");
    AtomicReference<String> asked = new AtomicReference<>();
    HttpServer tokens = securityTokenService(asked);
    try {
      System.setProperty("aws.webIdentityTokenFile", token.toString());
      System.setProperty("aws.region", "us-east-1");
      System.setProperty("aws.roleArn", "arn:aws:iam::123456789012:role/pictures");
      System.setProperty("aws.endpointUrlSts", "http://127.0.0.1:" + tokens.getAddress().getPort());
      try (ContentFetcher fetcher = fetcher(false)) {
        assertThat(fetcher.fetch("s3://pictures/images/a.png")).isEqualTo(PICTURE);
      }
    } finally {
      tokens.stop(0);
    }
    assertThat(asked.get())
        .contains("Action=AssumeRoleWithWebIdentity")
        .contains("WebIdentityToken=a-web-identity");
  }

  private static void assertThatIsNotFetched(
      boolean anonymous, String uri, Reason reason, String why) {
    try (ContentFetcher fetcher = fetcher(anonymous)) {
      String filled = uri.replace("PORT", Integer.toString(store.endpoint().getPort()));
      FetchException failed =
          catchThrowableOfType(FetchException.class, () -> fetcher.fetch(filled));

      assertThat(failed)
          .hasMessageStartingWith(filled)
          .hasMessageContaining(why)
          .hasMessageNotContaining("AKID")
          .hasMessageNotContaining("another");
      assertThat(failed.reason()).isEqualTo(reason);
    }
  }

  private static void use(String accessKey, String secretKey) {
    System.setProperty("aws.accessKeyId", accessKey);
    System.setProperty("aws.secretAccessKey", secretKey);
  }

  private static ContentFetcher fetcher(boolean anonymous) {
    return new ContentFetcher(
        new FetchOptions(
            List.of("s3://pictures", "s3://nowhere", "http:"),
            List.of(),
            MAX_BYTES,
            Duration.ofSeconds(30),
            1,
            new S3Options(Optional.of(store.endpoint()), Optional.empty(), anonymous)));
  }

  /** Gives everybody the credentials of the store, with a session token. */
  private static HttpServer securityTokenService(AtomicReference<String> asked) throws Exception {
    String answer =
        """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult>
            <Credentials>
              <AccessKeyId>%s</AccessKeyId>
              <SecretAccessKey>%s</SecretAccessKey>
              <SessionToken>a-session</SessionToken>
              <Expiration>%s</Expiration>
            </Credentials>
          </AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>
        """
            .formatted(
                S3Store.ACCESS_KEY, S3Store.SECRET_KEY, Instant.now().plus(Duration.ofHours(1)));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().set("Content-Type", "text/xml");
          exchange.sendResponseHeaders(200, answer.length());
          exchange.getResponseBody().write(answer.getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    return server;
  }
}
