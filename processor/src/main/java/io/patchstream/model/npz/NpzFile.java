package io.patchstream.model.npz;

import io.patchstream.model.npz.ZipDirectory.Entry;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * An {@code .npz} file, opened for reading: a zip of {@code .npy} files, as {@code numpy.savez}
 * writes it. What is stored is mapped; what is compressed is inflated into direct memory when asked
 * for, and no further than its shape says.
 */
public final class NpzFile implements TensorFile {

  private static final String SUFFIX = ".npy";

  /** Weights hardly compress; zeros do, by a factor of a thousand. */
  private static final int MAX_RATIO = 16;

  private static final long ALWAYS_ALLOWED = 256 << 20;

  /** A tensor, and how it lies in the file. */
  private record Array(Entry entry, NpyHeader header, TensorInfo info) {}

  private final Path path;
  private final FileChannel channel;
  private final Map<String, Array> arrays = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private NpzFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    long inflated = 0;
    for (Entry entry : ZipDirectory.read(path, channel)) {
      Array array = array(entry);
      arrays.put(array.info().name(), array);
      if (tensors.put(array.info().name(), array.info()) != null) {
        throw invalid(entry, "is there twice");
      }
      inflated += entry.method() == ZipDirectory.DEFLATED ? entry.size() : 0;
      if (inflated > ALWAYS_ALLOWED + MAX_RATIO * channel.size()) {
        throw invalid(
            entry,
            "and those before it inflate to %d bytes, %d times the file: no weights do"
                .formatted(inflated, inflated / channel.size()));
      }
    }
  }

  /**
   * Opens a file, and checks its directory and the header of each array.
   *
   * @throws TensorException if the file is truncated, holds anything but arrays of numbers, or
   *     would inflate without bound; the message names the file and the entry
   * @throws IOException if the file cannot be read
   */
  public static NpzFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new NpzFile(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public ByteBuffer map(TensorInfo tensor, long from, int bytes) throws IOException {
    Array array = arrays.get(tensor.name());
    boolean transposed = array.header().fortranOrder() && tensor.shape().size() > 1;
    if (stored(array.entry()) && !transposed) {
      return mapped(tensor.offset() + from, bytes);
    }
    ByteBuffer data = data(array);
    return (transposed ? inRowOrder(data, tensor) : data)
        .slice(Math.toIntExact(from), bytes)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All of an array as it lies in the entry. */
  private ByteBuffer data(Array array) throws IOException {
    Entry entry = array.entry();
    if (entry.size() > Integer.MAX_VALUE) {
      throw invalid(entry, "is larger than the 2147483647 bytes that one of its kind may have");
    }
    ByteBuffer whole = stored(entry) ? mapped(entry.offset(), (int) entry.size()) : inflated(entry);
    int header = array.header().bytes();
    return whole.slice(header, whole.limit() - header).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private Array array(Entry entry) throws IOException {
    if (!entry.name().endsWith(SUFFIX)) {
      throw invalid(entry, "is no " + SUFFIX + ", which all entries of an .npz are");
    }
    if (stored(entry) && entry.size() != entry.compressed()) {
      throw invalid(
          entry, "has %d bytes, but %d in the file".formatted(entry.size(), entry.compressed()));
    }
    try {
      NpyHeader header = NpyHeader.parse(beginning(entry));
      if (header.dataBytes() != entry.size() - header.bytes()) {
        throw invalid(
            entry,
            "has %d bytes of data, but %s of shape %s takes %d"
                .formatted(
                    entry.size() - header.bytes(),
                    header.type(),
                    header.shape(),
                    header.dataBytes()));
      }
      String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
      long offset = entry.offset() + header.bytes();
      return new Array(
          entry,
          header,
          new TensorInfo(name, header.type(), header.shape(), offset, header.dataBytes()));
    } catch (NpyHeader.InvalidException e) {
      throw invalid(entry, e.getMessage());
    }
  }

  /** The first bytes of an entry, enough for any header. */
  private ByteBuffer beginning(Entry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(entry.size(), NpyHeader.MAX_BYTES));
    if (!stored(entry)) {
      inflate(entry, bytes);
      return bytes.flip();
    }
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, entry.offset() + bytes.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return bytes.flip();
  }

  private ByteBuffer mapped(long offset, int bytes) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer inflated(Entry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) entry.size());
    boolean ended = inflate(entry, bytes);
    if (!ended || bytes.hasRemaining()) {
      throw invalid(
          entry, "does not inflate to the %d bytes that it should have".formatted(entry.size()));
    }
    CRC32 crc = new CRC32();
    crc.update(bytes.flip());
    if ((int) crc.getValue() != entry.crc()) {
      throw invalid(entry, "is damaged: its checksum is another one");
    }
    return bytes.flip();
  }

  /** Inflates as far as there is room; whether the data ended with it. */
  private boolean inflate(Entry entry, ByteBuffer target) throws IOException {
    if (entry.compressed() > Integer.MAX_VALUE) {
      throw invalid(entry, "is larger than the 2147483647 bytes that one of its kind may have");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(mapped(entry.offset(), (int) entry.compressed()));
      int count = 1;
      while (target.hasRemaining() && count > 0) {
        count = inflater.inflate(target);
      }
      inflater.inflate(ByteBuffer.allocate(1)); // reads the end of the stream
      return inflater.finished();
    } catch (DataFormatException e) {
      throw invalid(entry, "is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** A copy whose last dimension runs fastest, of data whose first does. */
  private static ByteBuffer inRowOrder(ByteBuffer columns, TensorInfo tensor) {
    int element = tensor.type().bytes();
    int rank = tensor.shape().size();
    int[] index = new int[rank];
    ByteBuffer rows = ByteBuffer.allocateDirect(columns.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    while (rows.hasRemaining()) {
      long source = 0;
      for (int axis = rank - 1; axis >= 0; axis--) {
        source = source * tensor.shape().get(axis) + index[axis];
      }
      rows.put(rows.position(), columns, (int) source * element, element);
      rows.position(rows.position() + element);
      int axis = rank - 1;
      while (axis >= 0 && ++index[axis] == tensor.shape().get(axis)) {
        index[axis--] = 0;
      }
    }
    return rows.flip();
  }

  private static boolean stored(Entry entry) {
    return entry.method() == ZipDirectory.STORED;
  }

  private TensorException invalid(Entry entry, String what) {
    return new TensorException(path + ": tensor \"" + entry.name() + "\" " + what);
  }
}
