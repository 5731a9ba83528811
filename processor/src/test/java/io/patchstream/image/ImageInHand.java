package io.patchstream.image;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The image that is being decoded, in a mapped file: eight bytes of its number, four of its length,
 * itself. It outlives the JVM, and costs no more than a copy. Gone once all went well.
 */
final class ImageInHand implements AutoCloseable {

  private static final int MAX_BYTES = 1 << 20;
  private static final long NOTHING = 0;

  private final Path file;
  private final MappedByteBuffer mapped;
  private volatile long number;
  private volatile long since = NOTHING;

  ImageInHand(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, MAX_BYTES);
    }
  }

  void take(long number, byte[] image) {
    mapped.clear().putLong(number).putInt(image.length).put(image);
    this.number = number;
    since = System.nanoTime();
  }

  /** How long it was held. */
  long putDown() {
    long held = heldNanos();
    since = NOTHING;
    return held;
  }

  /** How long it is held by now; 0 where there is none. */
  long heldNanos() {
    long began = since;
    return began == NOTHING ? 0 : System.nanoTime() - began;
  }

  long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    Files.delete(file);
  }
}
