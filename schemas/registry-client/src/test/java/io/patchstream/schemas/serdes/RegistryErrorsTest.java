package io.patchstream.schemas.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.patchstream.schemas.ImageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client makes of real answers, and of none. */
class RegistryErrorsTest {
  private static final byte[] EMPTY_EVENT = new byte[5 + 8];

  static {
    EMPTY_EVENT[4] = 1;
  }

  private HttpRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new HttpRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          401 | {"error_code":401,"message":"Unauthorized"}        | true
          401 | ``                                                 | true
          403 | {"error_code":403,"message":"Forbidden"}           | true
          404 | {"error_code":40403,"message":"Schema not found"}  | false
          404 | {"error_code":40401,"message":"Subject not found"} | false
          404 | <html>no such page</html>                          | true
          404 | ``                                                 | true
          408 | ``                                                 | true
          409 | {"error_code":409,"message":"Incompatible"}        | false
          422 | {"error_code":42201,"message":"Invalid schema"}    | false
          429 | {"error_code":42901,"message":"Too many requests"} | true
          500 | {"error_code":50001,"message":"Store failed"}      | true
          500 | ``                                                 | true
          502 | <html>bad gateway</html>                           | true
          503 | ``                                                 | true
          504 | ``                                                 | true
          200 | <html>log in first</html>                          | true
          200 | {"schemaType":"PROTOBUF","schema":"syntax = 'proto3';"} | false
          200 | {"schema":"no schema"}                             | false
          """)
  void anAnswerIsFinalOnlyWhereItIsAVerdict(int status, String body, boolean retriable) {
    registry.answer(status, body);
    Serde<ImageEvent> serde = EventSerdes.imageEvent(Map.of("schema.registry.url", registry.url()));

    Throwable reading =
        catchThrowable(() -> serde.deserializer().deserialize("images", EMPTY_EVENT));
    assertThat(reading).isNotNull();
    assertThat(RegistryErrors.isRetriable(reading)).as("%s", reading).isEqualTo(retriable);
    // Whoever wraps it changes nothing.
    assertThat(RegistryErrors.isRetriable(new IllegalStateException(reading))).isEqualTo(retriable);

    if (status != 200) {
      Throwable writing =
          catchThrowable(() -> serde.serializer().serialize("images", Records.event()));
      assertThat(writing).isNotNull();
      assertThat(RegistryErrors.isRetriable(writing)).as("%s", writing).isEqualTo(retriable);
    }
  }

  @Test
  void whatFailedIsAskedAgain() {
    Serde<ImageEvent> serde = EventSerdes.imageEvent(Map.of("schema.registry.url", registry.url()));
    byte[] bytes = serde.serializer().serialize("images", Records.event());

    registry.answer(503, "");
    assertThat(
            RegistryErrors.isRetriable(
                catchThrowable(() -> serde.deserializer().deserialize("images", bytes))))
        .isTrue();
    registry.recover();
    assertThat(serde.deserializer().deserialize("images", bytes)).isEqualTo(Records.event());
  }

  @Test
  void aClosedPortIsRetriable() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertRetriable("http://127.0.0.1:" + port, "5000");
  }

  @Test
  void aHostWithoutAnAddressIsRetriable() {
    assertRetriable("http://registry.invalid", "5000");
  }

  @Test
  void aRegistryThatDoesNotAnswerIsRetriable() throws IOException {
    // Connects by the backlog, and is never accepted.
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRetriable("http://127.0.0.1:" + mute.getLocalPort(), "50");
    }
  }

  @Test
  void anErrorOfAnyOtherKindIsNot() {
    assertThat(RegistryErrors.isRetriable(new IllegalStateException())).isFalse();
    assertThat(RegistryErrors.isRetriable(null)).isFalse();
  }

  private static void assertRetriable(String url, String readTimeoutMs) {
    Serde<ImageEvent> serde =
        EventSerdes.imageEvent(
            Map.of("schema.registry.url", url, "http.read.timeout.ms", readTimeoutMs));
    Throwable reading =
        catchThrowable(() -> serde.deserializer().deserialize("images", EMPTY_EVENT));
    Throwable writing =
        catchThrowable(() -> serde.serializer().serialize("images", Records.event()));
    assertThat(reading).isNotNull();
    assertThat(writing).isNotNull();
    assertThat(RegistryErrors.isRetriable(reading)).as("%s", reading).isTrue();
    assertThat(RegistryErrors.isRetriable(writing)).as("%s", writing).isTrue();
  }
}
