package io.patchstream.it;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.ImageEvent;
import java.nio.ByteBuffer;
import java.util.Map;

/** What is to become of a picture of the stream that faults are injected into. */
enum Fate {
  /** A label and an embedding. */
  CLASSIFIED(null),
  /** The session of a {@link FailingClassifier} may fail on it; one of any other model does not. */
  SESSION_MAY_FAIL(FailureReason.INFERENCE_FAILED),
  /** What its event carries is too large for the labels topic. */
  TOO_LARGE(FailureReason.RESULT_TOO_LARGE);

  /** {@code max.message.bytes} of the labels topic. */
  static final int MAX_LABEL_BYTES = 8_000;

  private final FailureReason failure;

  Fate(FailureReason failure) {
    this.failure = failure;
  }

  /** Two in a hundred may fail, one in two hundred is too large. */
  static Fate of(int number) {
    if (number % 50 == 11) {
      return SESSION_MAY_FAIL;
    }
    return number % 200 == 137 ? TOO_LARGE : CLASSIFIED;
  }

  /** Whether the number may end without a label for that reason. */
  boolean allows(FailureReason reason) {
    return reason == failure;
  }

  /** Whether the number may end with a label. */
  boolean allowsLabel() {
    return this != TOO_LARGE;
  }

  /**
   * The event of a number.
   *
   * @param classes of the model; the picture shows the number's remainder by it
   */
  static ImageEvent event(int number, int classes) {
    NumberedPicture picture = NumberedPicture.of(number % classes);
    boolean mayFail = of(number) == SESSION_MAY_FAIL;
    return event(number, (mayFail ? picture.withNoise(FailingClassifier.NOISE) : picture).png())
        .build();
  }

  /** The event of a number with any picture. */
  static ImageEvent.Builder event(int number, byte[] picture) {
    ImageEvent.Builder event =
        ImageEvent.newBuilder()
            .setImageId(Integer.toString(number))
            .setContent(ByteBuffer.wrap(picture));
    return of(number) == TOO_LARGE
        ? event.setAttributes(Map.of("large", "x".repeat(MAX_LABEL_BYTES)))
        : event;
  }
}
