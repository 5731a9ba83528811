package io.patchstream.it;

import static io.patchstream.schemas.FailureReason.CONTENT_MISSING;
import static io.patchstream.schemas.FailureReason.CORRUPT_IMAGE;
import static io.patchstream.schemas.FailureReason.NO_VALUE;
import static io.patchstream.schemas.FailureReason.RESULT_TOO_LARGE;
import static io.patchstream.schemas.FailureReason.TOO_MANY_BYTES;
import static io.patchstream.schemas.FailureReason.TOO_MANY_PATCHES;
import static io.patchstream.schemas.FailureReason.TOO_MANY_PIXELS;
import static io.patchstream.schemas.FailureReason.UNREADABLE_EVENT;
import static io.patchstream.schemas.FailureReason.UNSUPPORTED_FORMAT;
import static io.patchstream.schemas.FailureReason.URI_REFUSED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.common.serialization.Serde;

/** Twenty inputs that cannot be classified, each for another reason. */
final class BrokenInputs {

  /** What the processor must be told for {@code beyondLimits} to be beyond them. */
  static final int MAX_IMAGE_BYTES = 60_000;

  static final int MAX_TOKENS = 1_000;
  static final int MAX_LABEL_BYTES = 20_000;

  /**
   * One of them.
   *
   * @param kind what is wrong with it; its event's id where it has one
   * @param value of its record
   * @param readable whether the event can be read, so that its id is known
   * @param reason why it cannot be classified
   * @param says a part of the message
   */
  record Broken(String kind, byte[] value, boolean readable, FailureReason reason, String says) {}

  private final List<Broken> all = new ArrayList<>();
  private final Pipeline pipeline;
  private final SchemaRegistry registry;

  private BrokenInputs(Pipeline pipeline, SchemaRegistry registry) {
    this.pipeline = pipeline;
    this.registry = registry;
  }

  /** All of them, as values of the pipeline's input topic. */
  static List<Broken> of(Pipeline pipeline, SchemaRegistry registry) {
    BrokenInputs inputs = new BrokenInputs(pipeline, registry);
    inputs.unreadable();
    inputs.withoutContent();
    inputs.withoutPicture();
    inputs.beyondLimits();
    return inputs.all;
  }

  private void unreadable() {
    byte[] whole = pipeline.bytes(event("whole").setContent(picture()).build());
    byte[] unknownSchema = whole.clone();
    ByteBuffer.wrap(unknownSchema).putInt(1, 123_456_789);
    all.add(new Broken("no value", null, false, NO_VALUE, "send an ImageEvent"));
    unreadable("empty value", new byte[0], "not in the Confluent wire format");
    unreadable("not Avro", "{\"image\": 1}".getBytes(UTF_8), "not in the Confluent wire format");
    unreadable("unknown schema", unknownSchema, "123456789");
    unreadable("another type", anotherType(), "ImageFailure, not of");
    unreadable("truncated Avro", Arrays.copyOf(whole, whole.length - 20), "not an ImageEvent");
  }

  private void withoutContent() {
    String uri = "file:///etc/hostname";
    rejected(event("neither"), CONTENT_MISSING, "neither is");
    rejected(event("both").setContent(picture()).setContentUri(uri), CONTENT_MISSING, "both are");
    rejected(event("forbidden URI").setContentUri(uri), URI_REFUSED, "allowed prefix");
    rejected(
        event("half a size").setContent(picture()).setRequestedWidth(40),
        UNREADABLE_EVENT,
        "together");
  }

  private void withoutPicture() {
    byte[] png = GoldenFiles.picture("rgb_200x150.png");
    byte[] jpeg = GoldenFiles.picture("q90_420.jpg");
    byte[] wrongSum = png.clone();
    wrongSum[png.length / 2] ^= 1;
    content("no bytes", new byte[0], CORRUPT_IMAGE, "no bytes");
    content("text", "<html>404</html>".getBytes(UTF_8), UNSUPPORTED_FORMAT, "3c 68");
    content("PDF", "%PDF-1.7 1 0 obj".getBytes(UTF_8), UNSUPPORTED_FORMAT, "25 50 44 46");
    content("half a JPEG", Arrays.copyOf(jpeg, jpeg.length / 2), CORRUPT_IMAGE, "cut off");
    content("half a PNG", Arrays.copyOf(png, png.length / 2), CORRUPT_IMAGE, "cut off");
    content("wrong checksum", wrongSum, CORRUPT_IMAGE, "checksum");
  }

  private void beyondLimits() {
    byte[] large = NumberedPicture.of(0).withScale(5).withNoise(64).png();
    content("too many bytes", large, TOO_MANY_BYTES, Integer.toString(MAX_IMAGE_BYTES));
    content("too many pixels", claiming(60_000), TOO_MANY_PIXELS, "60000x60000");
    rejected(
        event("too many patches")
            .setContent(picture())
            .setRequestedWidth(8 * 40)
            .setRequestedHeight(8 * MAX_TOKENS / 40),
        TOO_MANY_PATCHES,
        MAX_TOKENS + " patches");
    rejected(
        event("large attributes")
            .setContent(picture())
            .setAttributes(Map.of("large", "x".repeat(MAX_LABEL_BYTES))),
        RESULT_TOO_LARGE,
        "max.message.bytes");
  }

  private void unreadable(String kind, byte[] value, String says) {
    all.add(new Broken(kind, value, false, UNREADABLE_EVENT, says));
  }

  private void content(String kind, byte[] content, FailureReason reason, String says) {
    rejected(event(kind).setContent(ByteBuffer.wrap(content)), reason, says);
  }

  private void rejected(ImageEvent.Builder event, FailureReason reason, String says) {
    byte[] value = pipeline.bytes(event.build());
    all.add(new Broken(event.getImageId(), value, true, reason, says));
  }

  private static ImageEvent.Builder event(String kind) {
    return ImageEvent.newBuilder().setImageId(kind);
  }

  private static ByteBuffer picture() {
    return ByteBuffer.wrap(NumberedPicture.of(0).png());
  }

  /** A record in the wire format, of a schema that the registry knows. */
  private byte[] anotherType() {
    ImageFailure failure =
        ImageFailure.newBuilder()
            .setReason(FailureReason.OTHER)
            .setMessage("no image")
            .setTopic("images")
            .setPartition(0)
            .setOffset(0)
            .setFailedAt(Instant.EPOCH)
            .build();
    try (Serde<ImageFailure> failures =
        EventSerdes.imageFailure(Map.of("schema.registry.url", registry.url()))) {
      return failures.serializer().serialize(pipeline.failures(), failure);
    }
  }

  /** A PNG whose header, checksum and all, gives sides that its data do not have. */
  private static byte[] claiming(int side) {
    ByteBuffer png = ByteBuffer.wrap(GoldenFiles.picture("rgb_200x150.png"));
    png.putInt(16, side).putInt(20, side);
    CRC32 sum = new CRC32();
    sum.update(png.array(), 12, 17);
    png.putInt(29, (int) sum.getValue());
    return png.array();
  }
}
