package io.patchstream.topology;

import io.patchstream.inference.Inference;
import io.patchstream.schemas.FailureReason;
import java.util.Map;

/**
 * Sees some of what becomes of images, as it is forwarded: their transaction is not committed yet,
 * and if it is aborted they are done, and seen, again. Called by engine and stream threads, whose
 * time belongs to the images: every method is quick and throws nothing.
 */
public interface ResultTap {

  /** Sees nothing. */
  ResultTap NONE =
      new ResultTap() {
        @Override
        public boolean wants(int bytes) {
          return false;
        }

        @Override
        public void classified(Classified image) {}

        @Override
        public void failed(Failed image) {}
      };

  /**
   * An image that was asked for.
   *
   * @param source its record: {@code topic-partition-offset}
   * @param timestamp of its event, milliseconds since the epoch
   * @param imageId the event's own id, or the source where it has none
   * @param attributes of the event
   * @param picture encoded, as it came
   * @param inference what the model says of it
   */
  record Classified(
      String source,
      long timestamp,
      String imageId,
      Map<String, String> attributes,
      byte[] picture,
      Inference inference) {}

  /**
   * An image without a result.
   *
   * @param source its record: {@code topic-partition-offset}
   * @param imageId the event's own id; null where the event could not be read
   * @param reason as the dead letter has it
   * @param message what was wrong
   */
  record Failed(String source, String imageId, FailureReason reason, String message) {}

  /**
   * Whether the next image shall be seen; its picture is kept for that until it is forwarded. Asked
   * once an image, when its picture is there.
   *
   * @param bytes of the encoded picture
   */
  boolean wants(int bytes);

  /** An image that was wanted has its result. */
  void classified(Classified image);

  /** An image has a failure instead, wanted or not. */
  void failed(Failed image);
}
