package io.patchstream.topology;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * The unfinished run of one input partition: consumed, but not yet forwarded.
 *
 * @param resume offset of the oldest record whose result has not been forwarded
 * @param next offset after the newest record consumed; equal to {@code resume} when nothing is
 *     unfinished
 */
record ResumeMark(long resume, long next) {

  /** First byte of the serialised form; a build refuses one that it does not know. */
  private static final byte VERSION = 1;

  private static final int MAX_BYTES = 1 + 10 + 10;

  ResumeMark {
    if (resume < 0 || next < resume) {
      throw new IllegalArgumentException("not a run of offsets: " + resume + " to " + next);
    }
  }

  boolean isEmpty() {
    return resume == next;
  }

  /** Version, length of the run and its end as variable-length integers: 3 to 21 bytes. */
  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).put(VERSION);
    ByteUtils.writeVarlong(next - resume, buffer);
    ByteUtils.writeVarlong(next, buffer);
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws SerializationException if the version is another one or the bytes are damaged
   */
  static ResumeMark fromBytes(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw new SerializationException(
          "The changelog holds a resume mark of version "
              + (bytes.length == 0 ? "none" : bytes[0])
              + ", and this build knows version "
              + VERSION
              + ". Run the PatchStream version that wrote it, or stop all processes and let that"
              + " version finish what is in flight first: patchstream drain.");
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
      long length = ByteUtils.readVarlong(buffer);
      long next = ByteUtils.readVarlong(buffer);
      return new ResumeMark(next - length, next);
    } catch (RuntimeException e) {
      throw new SerializationException("The changelog holds a damaged resume mark.", e);
    }
  }

  static Serde<ResumeMark> serde() {
    return Serdes.serdeFrom(
        (topic, mark) -> mark == null ? null : mark.toBytes(),
        (topic, bytes) -> bytes == null ? null : fromBytes(bytes));
  }
}
