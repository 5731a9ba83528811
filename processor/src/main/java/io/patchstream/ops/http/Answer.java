package io.patchstream.ops.http;

import java.nio.charset.StandardCharsets;

/**
 * What the server says to a request.
 *
 * @param status of HTTP
 * @param contentType what the body is
 * @param body all of it
 */
public record Answer(int status, String contentType, byte[] body) {

  /** Text of that content type, in UTF-8. */
  public static Answer of(int status, String contentType, String text) {
    return new Answer(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A line for people. */
  public static Answer line(int status, String line) {
    return of(status, "text/plain; charset=utf-8", line + "\n");
  }
}
