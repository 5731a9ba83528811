package io.patchstream.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a warning of Kafka's through once a minute: one of a broker that is away comes a second,
 * from every client that there is. Our own, and all errors, pass.
 */
public final class OnceAMinute extends Filter<ILoggingEvent> {

  private static final String KAFKA = "org.apache.kafka.";
  private static final long MINUTE = 60_000;
  private static final int REMEMBERED = 1_000;

  /**
   * When a warning was last let through, in milliseconds, by its text before it is formatted and
   * without its numbers: they tell clients apart, and requests.
   */
  private final Map<String, Long> last =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  @Override
  public synchronized FilterReply decide(ILoggingEvent event) {
    if (event.getLevel() != Level.WARN || !event.getLoggerName().startsWith(KAFKA)) {
      return FilterReply.NEUTRAL;
    }
    String kind = event.getMessage().replaceAll("\\d+", "");
    Long before = last.get(kind);
    if (before != null && event.getTimeStamp() - before < MINUTE) {
      return FilterReply.DENY;
    }
    last.put(kind, event.getTimeStamp());
    return FilterReply.NEUTRAL;
  }
}
