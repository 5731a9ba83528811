package io.patchstream.model.safetensors;

import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * A safetensors file, opened for reading: named tensors behind a JSON header. The header is read
 * and checked at once, the data only when asked for.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile implements TensorFile {

  /** Room for some hundred thousand tensors; more is not a checkpoint. */
  static final int MAX_HEADER_BYTES = 16 << 20;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.header = readHeader(path, channel);
  }

  /**
   * Opens a file and checks its header against its length.
   *
   * @throws TensorException if the file is truncated or its header is wrong; the message names the
   *     file and the tensor
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  /** The free-form entries beside the tensors; empty if there are none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /**
   * Maps into memory, read-only. Each tensor has a mapping of its own, since one holds
   * 2<sup>31</sup>-1 bytes; it outlives this object and goes with the buffer.
   */
  @Override
  public ByteBuffer map(TensorInfo tensor, long from, int bytes) throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, tensor.offset() + from, bytes)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Closes the file; what is mapped stays mapped. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static SafetensorsHeader readHeader(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new TensorException(path + ": " + size + " bytes are too few for a safetensors file");
    }
    long length = read(channel, 0, Long.BYTES).getLong();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new TensorException(
          "%s: a header of %s bytes is more than the %d allowed; this is not a safetensors file"
              .formatted(path, Long.toUnsignedString(length), MAX_HEADER_BYTES));
    }
    long dataStart = Long.BYTES + length;
    if (dataStart > size) {
      throw new TensorException(
          "%s: the file ends after %d bytes, inside its header of %d: it is truncated"
              .formatted(path, size, length));
    }
    byte[] json = read(channel, Long.BYTES, (int) length).array();
    return new SafetensorsHeader(path, json, dataStart, size - dataStart);
  }

  private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return bytes.flip();
  }
}
