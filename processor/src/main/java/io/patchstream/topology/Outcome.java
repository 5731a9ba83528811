package io.patchstream.topology;

import io.patchstream.inference.Inference;

/**
 * What became of one input record: an inference or a failure, never both.
 *
 * @param record the record as it came
 * @param event what was read from it, or null if it failed before that
 * @param picture encoded, if the tap wants it; else null
 * @param inference what the model said, or null
 * @param failure what stood in the way, or null
 */
record Outcome(
    InputRecord record, ReadEvent event, byte[] picture, Inference inference, Throwable failure) {

  /** The same record, failed after all. */
  Outcome failed(Throwable failure) {
    return new Outcome(record, event, picture, null, failure);
  }
}
