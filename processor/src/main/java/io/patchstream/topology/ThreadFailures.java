package io.patchstream.topology;

import io.patchstream.inference.EngineFailedException;
import java.util.List;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.TopologyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when a stream thread fails. Its transaction is aborted either way, so
 * nothing is lost: a passing fault gets a new thread, a lasting one ends the process with its
 * reason.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ThreadFailures.class);

  /** Keeps a fault that does not pass from spinning. */
  private static final long PAUSE_MILLIS = 1_000;

  private final List<String> inputTopics;
  private volatile Throwable fatal;

  /** Failures of a stream that reads these topics. */
  ThreadFailures(List<String> inputTopics) {
    this.inputTopics = inputTopics;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    Throwable lasting = explained(lasting(failure));
    if (lasting != null) {
      fatal = lasting;
      log.error("The stream ends, nothing is lost: {}", lasting.getMessage(), failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    log.warn("A stream thread failed and is replaced; its work is redone.", failure);
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Why the stream ended by itself, or null. */
  Throwable fatal() {
    return fatal;
  }

  /** Streams does not say which topic it misses, nor what to do. */
  private Throwable explained(Throwable lasting) {
    return lasting instanceof MissingSourceTopicException
        ? new StreamFailedException(
            "A topic that is read does not exist any more, or may not be seen: create it again, or"
                + " allow it, and start again ("
                + String.join(", ", inputTopics)
                + ").",
            lasting)
        : lasting;
  }

  private static Throwable lasting(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error
          || cause instanceof EngineFailedException
          || cause instanceof AuthenticationException
          || cause instanceof AuthorizationException
          || cause instanceof InvalidConfigurationException
          || cause instanceof InvalidTxnTimeoutException
          || cause instanceof MissingSourceTopicException
          || cause instanceof SerializationException
          || cause instanceof TopologyException
          || cause instanceof UnsupportedVersionException) {
        return cause;
      }
    }
    return null;
  }
}
