package io.patchstream.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;

/** The header by which a busy server says when to come back (RFC 9110, 10.2.3). */
final class RetryAfter {

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private RetryAfter() {}

  /** Seconds, or what is left until a date; zero if it says neither. */
  static Duration of(HttpResponse answer, Instant now) {
    Header header = answer.getFirstHeader(HttpHeaders.RETRY_AFTER);
    String value = header == null || header.getValue() == null ? "" : header.getValue().trim();
    if (SECONDS.matcher(value).matches()) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    Instant date = DateUtils.parseStandardDate(value);
    return date == null || date.isBefore(now) ? Duration.ZERO : Duration.between(now, date);
  }
}
