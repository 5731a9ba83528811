package io.patchstream.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import io.patchstream.config.Settings;
import org.slf4j.LoggerFactory;

/**
 * Whether the log is for people or, as JSON, for machines. {@code logback.xml} takes in {@code
 * log-text.xml} or {@code log-json.xml} by the system property that has the setting's name; so may
 * a configuration that somebody puts in its place.
 */
final class LogFormat {

  private LogFormat() {}

  /** Writes the log as the settings say from now on. */
  static void apply(Settings settings) {
    String before = System.setProperty(Settings.LOG_FORMAT, settings.logFormat());
    if (settings.logFormat().equals(before == null ? Settings.TEXT : before)) {
      return;
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    try {
      new ContextInitializer(context).autoConfig();
    } catch (JoranException e) {
      throw new IllegalStateException("The configuration of logback cannot be read again.", e);
    }
  }

  /** Whether that is JSON: then whatever else goes to stderr is to be logged too. */
  static boolean isJson() {
    return Settings.JSON.equals(System.getProperty(Settings.LOG_FORMAT));
  }
}
