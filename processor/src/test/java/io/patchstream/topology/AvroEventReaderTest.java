package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.fetch.ContentFetcher;
import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import io.patchstream.image.RequestedSize;
import io.patchstream.inference.EncodedImage;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class AvroEventReaderTest {

  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://reader");
  private static final ContentFetcher NOTHING =
      new ContentFetcher(
          new FetchOptions(List.of(), List.of(), 1, Duration.ofSeconds(1), 1, S3Options.DEFAULT));
  private static final byte[] PICTURE = {1, 2, 3};

  private final RegistryWaits waits = new RegistryWaits(new RareWarnings());
  private final AvroEventReader reader =
      new AvroEventReader(EventSerdes.imageEventDeserializer(REGISTRY), NOTHING, waits);

  @Test
  void readsTheImageAndItsRequestedSize() throws Exception {
    ReadEvent event =
        reader.read(
            record(
                event()
                    .setImageId("a")
                    .setRequestedWidth(320)
                    .setRequestedHeight(240)
                    .setAttributes(Map.of("k", "v"))
                    .build()));

    assertThat(event.imageId()).isEqualTo("a");
    assertThat(event.attributes()).isEqualTo(Map.of("k", "v"));
    EncodedImage image = event.content().load();
    assertThat(image.bytes()).isEqualTo(PICTURE);
    assertThat(image.requested()).isEqualTo(new RequestedSize(320, 240));
  }

  @Test
  void coordinatesStandInForAMissingId() throws Exception {
    assertThat(reader.read(record(event().build())).imageId()).isEqualTo("images-2-17");
  }

  @Test
  void aRecordWithoutValueIsRejected() {
    rejected(null, FailureReason.NO_VALUE);
  }

  @Test
  void bytesThatAreNoEventAreRejected() {
    rejected(new byte[0], FailureReason.UNREADABLE_EVENT);
    rejected(new byte[] {0, 0, 0, 99, 99, 1}, FailureReason.UNREADABLE_EVENT);
    rejected("plain text".getBytes(), FailureReason.UNREADABLE_EVENT);
  }

  @Test
  void anEventWithoutOrWithTwoContentsIsRejectedUnderItsId() throws Exception {
    ReadEvent none = reader.read(record(ImageEvent.newBuilder().setImageId("n").build()));
    assertThat(none.imageId()).isEqualTo("n");
    rejectedContent(none, FailureReason.CONTENT_MISSING);
    rejectedContent(
        reader.read(record(event().setContentUri("file:/x").build())),
        FailureReason.CONTENT_MISSING);
    rejectedContent(
        reader.read(record(ImageEvent.newBuilder().setContentUri("file:/x").build())),
        FailureReason.URI_REFUSED);
  }

  @Test
  void halfASizeOrNoneOfItIsRejected() throws Exception {
    rejectedContent(
        reader.read(record(event().setRequestedWidth(3).build())), FailureReason.UNREADABLE_EVENT);
    rejectedContent(
        reader.read(record(event().setRequestedWidth(3).setRequestedHeight(0).build())),
        FailureReason.UNREADABLE_EVENT);
  }

  @Test
  void aRegistryThatIsAwayIsWaitedForAndKnownToBe() throws Exception {
    List<Set<String>> seen = new ArrayList<>();
    AvroEventReader patient =
        new AvroEventReader(
            (topic, bytes) -> {
              seen.add(Set.copyOf(waits.waiting()));
              if (seen.size() < 3) {
                throw new SerializationException("away", new TimeoutException("no answer"));
              }
              return event().setImageId("late").build();
            },
            NOTHING,
            waits);

    assertThat(patient.read(inputRecord(PICTURE)).imageId()).isEqualTo("late");
    Set<String> itself = Set.of("images-2-17");
    assertThat(seen).containsExactly(Set.of(), itself, itself);
    assertThat(waits.waiting()).isEmpty();
  }

  private static ImageEvent.Builder event() {
    return ImageEvent.newBuilder().setContent(ByteBuffer.wrap(PICTURE));
  }

  private static InputRecord record(ImageEvent event) {
    return inputRecord(EventSerdes.imageEvent(REGISTRY).serializer().serialize("images", event));
  }

  private static InputRecord inputRecord(byte[] value) {
    return new InputRecord("images", 2, 17, 0, null, value, new RecordHeaders());
  }

  private void rejected(byte[] value, FailureReason reason) {
    assertThatThrownBy(() -> reader.read(inputRecord(value)))
        .isInstanceOfSatisfying(
            RejectedEventException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void rejectedContent(ReadEvent event, FailureReason reason) {
    assertThatThrownBy(() -> event.content().load())
        .satisfies(e -> assertThat(FailureReasons.of(e)).isEqualTo(reason));
  }
}
