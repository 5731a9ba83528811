package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {

  private static final String CLIENT = "org.apache.kafka.clients.NetworkClient";
  private static final String AWAY = "[Consumer clientId=thread-1] Node {} failed, request 7";

  private final OnceAMinute filter = new OnceAMinute();

  @Test
  void aWarningOfKafkasPassesOnceAMinute() {
    assertThat(passes(CLIENT, Level.WARN, AWAY, 0)).isTrue();
    assertThat(passes(CLIENT, Level.WARN, AWAY, 1)).isFalse();
    assertThat(passes(CLIENT, Level.WARN, AWAY.replace("-1", "-2"), 1)).isFalse();
    assertThat(passes(CLIENT, Level.WARN, AWAY.replace("7", "8"), 1)).isFalse();
    assertThat(passes(CLIENT, Level.WARN, AWAY, 59)).isFalse();
    assertThat(passes(CLIENT, Level.WARN, AWAY, 60)).isTrue();
    assertThat(passes(CLIENT, Level.WARN, AWAY, 61)).isFalse();
  }

  @Test
  void anotherWarningAnErrorAndOurOwnPass() {
    assertThat(passes(CLIENT, Level.WARN, AWAY, 0)).isTrue();
    assertThat(passes(CLIENT, Level.WARN, AWAY.replace("Consumer", "Producer"), 0)).isTrue();
    assertThat(passes(CLIENT, Level.ERROR, AWAY, 0)).isTrue();
    assertThat(passes("io.patchstream.x", Level.WARN, AWAY, 0)).isTrue();
    assertThat(passes("io.patchstream.x", Level.WARN, AWAY, 0)).isTrue();
  }

  private boolean passes(String logger, Level level, String message, int second) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName(logger);
    event.setLevel(level);
    event.setMessage(message);
    event.setInstant(Instant.ofEpochSecond(1_800_000_000L + second));
    return filter.decide(event) != FilterReply.DENY;
  }
}
