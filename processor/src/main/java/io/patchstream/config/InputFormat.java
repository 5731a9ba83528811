package io.patchstream.config;

/** What the value of an input record is. */
public enum InputFormat {
  /** An {@code ImageEvent} in the Confluent wire format. */
  AVRO,
  /** The bytes of the encoded image and nothing else. */
  RAW
}
