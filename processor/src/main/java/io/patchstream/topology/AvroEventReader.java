package io.patchstream.topology;

import io.patchstream.fetch.ContentFetcher;
import io.patchstream.fetch.FetchException;
import io.patchstream.image.RequestedSize;
import io.patchstream.inference.EncodedImage;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.RegistryErrors;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads an {@link ImageEvent} in the Confluent wire format; its content may lie elsewhere. */
final class AvroEventReader implements EventReader {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Deserializer<ImageEvent> deserializer;
  private final ContentFetcher fetcher;
  private final RegistryWaits waits;

  /**
   * A reader for all threads that decode.
   *
   * @param deserializer for any number of threads, which share what the registry has told
   * @param waits is told what waits for the registry
   */
  AvroEventReader(
      Deserializer<ImageEvent> deserializer, ContentFetcher fetcher, RegistryWaits waits) {
    this.deserializer = deserializer;
    this.fetcher = fetcher;
    this.waits = waits;
  }

  @Override
  public ReadEvent read(InputRecord record) throws RejectedEventException, InterruptedException {
    if (record.value() == null) {
      throw new RejectedEventException(
          FailureReason.NO_VALUE, "The record has no value: send an ImageEvent.");
    }
    ImageEvent event = deserialize(record);
    return new ReadEvent(
        event.getImageId() == null ? record.coordinates() : event.getImageId(),
        event.getCapturedAt(),
        event.getAttributes(),
        () -> encodedImage(event));
  }

  /** A registry that is away is waited for: the event is good for all one knows. */
  private ImageEvent deserialize(InputRecord record)
      throws RejectedEventException, InterruptedException {
    Optional<ImageEvent> event = tryDeserialize(record);
    return event.isPresent() ? event.get() : awaitRegistry(record);
  }

  private ImageEvent awaitRegistry(InputRecord record)
      throws RejectedEventException, InterruptedException {
    try {
      for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
        Thread.sleep(pause.toMillis());
        Optional<ImageEvent> event = tryDeserialize(record);
        if (event.isPresent()) {
          return event.get();
        }
      }
    } finally {
      waits.end(record);
    }
  }

  /** Empty where the registry is away. */
  private Optional<ImageEvent> tryDeserialize(InputRecord record) throws RejectedEventException {
    try {
      return Optional.of(deserializer.deserialize(record.topic(), record.value()));
    } catch (RuntimeException e) {
      if (!RegistryErrors.isRetriable(e)) {
        throw new RejectedEventException(FailureReason.UNREADABLE_EVENT, e.getMessage(), e);
      }
      waits.begin(record, e);
      return Optional.empty();
    }
  }

  private EncodedImage encodedImage(ImageEvent event)
      throws RejectedEventException, FetchException, InterruptedException {
    RequestedSize requested = requestedSize(event);
    return new EncodedImage(content(event), requested);
  }

  private byte[] content(ImageEvent event)
      throws RejectedEventException, FetchException, InterruptedException {
    ByteBuffer content = event.getContent();
    if ((content == null) == (event.getContentUri() == null)) {
      throw new RejectedEventException(
          FailureReason.CONTENT_MISSING,
          "Exactly one of content and content_uri must be set, but "
              + (content == null ? "neither is." : "both are."));
    }
    if (content == null) {
      return fetcher.fetch(event.getContentUri());
    }
    byte[] array = content.array();
    int start = content.arrayOffset() + content.position();
    return start == 0 && content.remaining() == array.length
        ? array
        : Arrays.copyOfRange(array, start, start + content.remaining());
  }

  private static RequestedSize requestedSize(ImageEvent event) throws RejectedEventException {
    Integer width = event.getRequestedWidth();
    Integer height = event.getRequestedHeight();
    if (width == null && height == null) {
      return null;
    }
    if (width == null || height == null || width < 1 || height < 1) {
      throw new RejectedEventException(
          FailureReason.UNREADABLE_EVENT,
          "requested_width and requested_height are set together and at least 1, not "
              + width
              + " and "
              + height
              + ".");
    }
    return new RequestedSize(width, height);
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
