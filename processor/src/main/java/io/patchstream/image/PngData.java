package io.patchstream.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What the IDAT chunks of a PNG file hold, unpacked: one stream over all of them, which are not
 * copied together. One inflater and one block serve all files; for one thread.
 */
final class PngData {

  /**
   * zlib is slow at the end of what it may fill, so that a row at a time takes longer; a whole
   * picture at a time would keep the garbage collector waiting.
   */
  private static final int BLOCK_BYTES = 1 << 16;

  private final Inflater inflater = new Inflater();
  private byte[] block = new byte[BLOCK_BYTES];
  private int taken;
  private int filled;

  private byte[] png;
  private PngChunks chunks;
  private long left;

  /**
   * Begins another file.
   *
   * @param chunks standing at the first IDAT chunk
   * @param size the bytes that will be taken; what comes after them is not looked at
   */
  void open(byte[] png, PngChunks chunks, long size) {
    this.png = png;
    this.chunks = chunks;
    left = size;
    taken = 0;
    filled = 0;
    inflater.reset();
    input();
  }

  /** Where {@link #take} finds bytes. */
  byte[] block() {
    return block;
  }

  /**
   * Takes the next {@code count} bytes.
   *
   * @return where they begin in {@link #block}, which holds them until the next call; -1 if the
   *     data ends before
   * @throws DataFormatException if it is no zlib stream (RFC 1950)
   */
  int take(int count) throws DataFormatException {
    if (filled - taken < count) {
      makeRoom(count);
      if (!fill(count)) {
        return -1;
      }
    }
    int at = taken;
    taken += count;
    return at;
  }

  private void makeRoom(int count) {
    byte[] target = block.length >= count ? block : new byte[count];
    System.arraycopy(block, taken, target, 0, filled - taken);
    block = target;
    filled -= taken;
    taken = 0;
  }

  private boolean fill(int count) throws DataFormatException {
    while (filled < count) {
      int unpacked = inflater.inflate(block, filled, (int) Math.min(left, block.length - filled));
      filled += unpacked;
      left -= unpacked;
      boolean more = unpacked > 0 || inflater.needsInput() && nextChunk();
      if (!more) {
        return false;
      }
    }
    return true;
  }

  private boolean nextChunk() {
    if (!chunks.next() || chunks.type() != PngChunks.IDAT) {
      return false;
    }
    input();
    return true;
  }

  private void input() {
    inflater.setInput(png, chunks.data(), chunks.length());
  }

  /** Lets go of the file. */
  void close() {
    inflater.reset();
    png = null;
    chunks = null;
  }
}
