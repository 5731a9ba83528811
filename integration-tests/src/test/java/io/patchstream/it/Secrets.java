package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What no log and no error may show. */
final class Secrets {

  /** A logback file: our own packages at DEBUG, all others at INFO. */
  static final String VERBOSE =
      """
      <configuration>
        <appender name="stderr" class="ch.qos.logback.core.ConsoleAppender">
          <target>System.err</target>
          <encoder><pattern>%-5level %logger - %msg%n</pattern></encoder>
        </appender>
        <logger name="io.patchstream" level="DEBUG"/>
        <root level="INFO"><appender-ref ref="stderr"/></root>
      </configuration>
      """;

  /** Part of every secret of the tests, right or wrong; no name or sentence holds it. */
  private static final List<String> PARTS = List.of("pass-word", "cGFzcy13b3Jk");

  private Secrets() {}

  static void assertNoneIn(String text) {
    assertThat(text.lines())
        .noneMatch(line -> PARTS.stream().anyMatch(part -> line.contains(part)));
  }
}
