package io.patchstream.topology;

import io.patchstream.schemas.ImageFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes a dead letter: an {@link ImageFailure} with the headers of KIP-1034, which name the source
 * that the record itself came from.
 */
final class FailureWriter {

  /** How much of the original goes along. */
  enum Extent {
    WITH_VALUE,
    WITH_HEADERS,
    COORDINATES_ONLY
  }

  /** What a replay finds its way by, and strips. */
  static final String STREAMS_PREFIX = "__streams.errors.";

  static final String PATCHSTREAM_PREFIX = "__patchstream.errors.";

  private static final int MAX_STACK_TRACE_CHARS = 4096;
  private static final int MAX_MESSAGE_CHARS = 1024;

  private final String topic;
  private final int maxOriginalBytes;
  private final Serializer<ImageFailure> serializer;

  /**
   * The writer of one topic.
   *
   * @param topic the dead letter topic
   * @param maxOriginalBytes the largest original value that is kept
   */
  FailureWriter(String topic, int maxOriginalBytes, Serializer<ImageFailure> serializer) {
    this.topic = topic;
    this.maxOriginalBytes = maxOriginalBytes;
    this.serializer = serializer;
  }

  byte[] value(Outcome outcome, Extent extent) {
    InputRecord record = outcome.record();
    ReadEvent event = outcome.event();
    boolean keep =
        extent == Extent.WITH_VALUE
            && record.value() != null
            && record.value().length <= maxOriginalBytes;
    boolean described = event != null && extent != Extent.COORDINATES_ONLY;
    return serializer.serialize(
        topic,
        ImageFailure.newBuilder()
            .setImageId(described ? event.imageId() : null)
            .setReason(FailureReasons.of(outcome.failure()))
            .setMessage(message(outcome.failure()))
            .setTopic(record.topic())
            .setPartition(record.partition())
            .setOffset(record.offset())
            .setFailedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
            .setAttributes(described ? event.attributes() : Map.of())
            .setOriginal(keep ? ByteBuffer.wrap(record.value()) : null)
            .build());
  }

  /** The original headers, then the error's own, as UTF-8 strings. */
  Headers headers(Outcome outcome, Extent extent) {
    InputRecord record = outcome.record();
    Headers headers =
        extent == Extent.COORDINATES_ONLY
            ? new RecordHeaders()
            : new RecordHeaders(record.headers());
    add(headers, STREAMS_PREFIX + "exception", outcome.failure().getClass().getName());
    add(headers, STREAMS_PREFIX + "message", message(outcome.failure()));
    add(headers, STREAMS_PREFIX + "stacktrace", stackTrace(outcome.failure()));
    add(headers, STREAMS_PREFIX + "topic", record.topic());
    add(headers, STREAMS_PREFIX + "partition", Integer.toString(record.partition()));
    add(headers, STREAMS_PREFIX + "offset", Long.toString(record.offset()));
    add(headers, PATCHSTREAM_PREFIX + "reason", FailureReasons.of(outcome.failure()).name());
    return headers;
  }

  private static void add(Headers headers, String key, String value) {
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** What was wrong, in words that are not too many. */
  static String message(Throwable failure) {
    return cut(
        failure.getMessage() == null ? failure.toString() : failure.getMessage(),
        MAX_MESSAGE_CHARS);
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return cut(text.toString(), MAX_STACK_TRACE_CHARS);
  }

  private static String cut(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
  }
}
