package io.patchstream.topology;

import io.patchstream.inference.EncodedImage;
import io.patchstream.schemas.FailureReason;
import java.util.Map;

/** Takes the value for the bytes of the image itself. */
final class RawImageReader implements EventReader {

  @Override
  public ReadEvent read(InputRecord record) throws RejectedEventException {
    if (record.value() == null) {
      throw new RejectedEventException(
          FailureReason.NO_VALUE, "The record has no value: send the bytes of an image.");
    }
    return new ReadEvent(
        record.coordinates(), null, Map.of(), () -> new EncodedImage(record.value(), null));
  }
}
