package io.patchstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "120 | 120",
        "' 7 ' | 7",
        "Sat, 21 Nov 2026 10:01:30 GMT | 90",
        "Sat, 21 Nov 2026 09:00:00 GMT | 0",
        "-5 | 0",
        "1.5 | 0",
        "99999999999999999999 | 0",
        "soon | 0",
        "'' | 0",
      })
  void secondsOrADate(String value, long seconds) {
    HttpResponse answer = new BasicHttpResponse(503);
    answer.setHeader("Retry-After", value);

    assertThat(RetryAfter.of(answer, NOW)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void noHeaderIsNow() {
    assertThat(RetryAfter.of(new BasicHttpResponse(503), NOW)).isZero();
  }
}
