package io.patchstream.model.npz;

import io.patchstream.model.tensors.TensorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the entries of a zip file lie: its central directory, zip64 included, held against the
 * file's length. (Java's own reader does not tell where an entry begins, which mapping it takes.)
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">the format</a>
 */
final class ZipDirectory {

  /** The data is in the file as it is. */
  static final int STORED = 0;

  /** The data is a deflate stream. */
  static final int DEFLATED = 8;

  /** Room for a hundred thousand entries; more is not a checkpoint. */
  private static final int MAX_BYTES = 16 << 20;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END_64_SIGNATURE = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ZIP_64_EXTRA = 1;
  private static final int ENCRYPTED = 1;
  private static final long IN_ZIP_64 = 0xffffffffL;

  /**
   * One entry.
   *
   * @param name in the archive
   * @param method {@link #STORED} or {@link #DEFLATED}
   * @param crc CRC-32 of the data
   * @param offset of the data's first byte in the file
   * @param compressed bytes of the data in the file
   * @param size bytes of the data
   */
  record Entry(String name, int method, int crc, long offset, long compressed, long size) {}

  private final Path file;
  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();

  private ZipDirectory(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Reads the directory.
   *
   * @throws TensorException if the file is truncated or its directory is wrong, or entries overlap;
   *     the message names the entry
   * @throws IOException if the file cannot be read
   */
  static List<Entry> read(Path file, FileChannel channel) throws IOException {
    ZipDirectory directory = new ZipDirectory(file, channel);
    ByteBuffer bytes = directory.central();
    while (bytes.hasRemaining()) {
      directory.entries.add(directory.entry(bytes));
    }
    directory.requireApart();
    return directory.entries;
  }

  /** The bytes of the central directory. */
  private ByteBuffer central() throws IOException {
    long size = channel.size();
    int tail = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer bytes = bytes(size - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END_SIGNATURE) {
        long end = size - tail + at;
        long length = Integer.toUnsignedLong(bytes.getInt(at + 12));
        long offset = Integer.toUnsignedLong(bytes.getInt(at + 16));
        if (length == IN_ZIP_64 || offset == IN_ZIP_64) {
          ByteBuffer end64 = end64(end);
          return central(end64.getLong(48), end64.getLong(40), end);
        }
        return central(offset, length, end);
      }
    }
    throw new TensorException(
        file + ": the zip file has no directory at its end: it is truncated, or no .npz");
  }

  private ByteBuffer central(long offset, long length, long end) throws IOException {
    if (length < 0 || length > MAX_BYTES || offset < 0 || offset > end - length) {
      throw new TensorException(
          "%s: its directory of %s bytes at %s is not within the %d before its end"
              .formatted(file, Long.toUnsignedString(length), Long.toUnsignedString(offset), end));
    }
    return bytes(offset, (int) length);
  }

  private ByteBuffer end64(long end) throws IOException {
    ByteBuffer locator = bytes(end - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.getInt(0) == LOCATOR_SIGNATURE) {
      ByteBuffer end64 = bytes(locator.getLong(8), END_64_BYTES);
      if (end64.getInt(0) == END_64_SIGNATURE) {
        return end64;
      }
    }
    throw new TensorException(file + ": the zip file has no zip64 directory where it should be");
  }

  private Entry entry(ByteBuffer central) throws IOException {
    if (central.remaining() < ENTRY_BYTES || central.getInt() != ENTRY_SIGNATURE) {
      throw new TensorException(
          "%s: after %d entries its directory is damaged".formatted(file, entries.size()));
    }
    central.getInt(); // versions
    int flags = central.getShort();
    int method = central.getShort();
    central.getInt(); // time
    int crc = central.getInt();
    long compressed = Integer.toUnsignedLong(central.getInt());
    long size = Integer.toUnsignedLong(central.getInt());
    int nameBytes = Short.toUnsignedInt(central.getShort());
    int extraBytes = Short.toUnsignedInt(central.getShort());
    int commentBytes = Short.toUnsignedInt(central.getShort());
    central.getLong(); // disk and attributes
    long local = Integer.toUnsignedLong(central.getInt());
    if (central.remaining() < nameBytes + extraBytes + commentBytes) {
      throw new TensorException(
          "%s: after %d entries its directory is damaged".formatted(file, entries.size()));
    }
    byte[] nameInFile = new byte[nameBytes];
    central.get(nameInFile);
    String name = new String(nameInFile, StandardCharsets.UTF_8);
    ByteBuffer extra = zip64(central, extraBytes);
    central.position(central.position() + commentBytes);
    size = size == IN_ZIP_64 ? wide(name, extra) : size;
    compressed = compressed == IN_ZIP_64 ? wide(name, extra) : compressed;
    local = local == IN_ZIP_64 ? wide(name, extra) : local;
    if ((flags & ENCRYPTED) != 0 || method != STORED && method != DEFLATED) {
      throw invalid(name, "is encrypted, or compressed by the unknown method " + method);
    }
    Entry entry = new Entry(name, method, crc, dataOffset(name, local), compressed, size);
    requireInside(entry);
    return entry;
  }

  /** The zip64 field of an entry's extra fields, which it moves past; empty if there is none. */
  private static ByteBuffer zip64(ByteBuffer central, int bytes) {
    ByteBuffer extra = central.slice(central.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    central.position(central.position() + bytes);
    while (extra.remaining() >= 2 * Short.BYTES) {
      int id = extra.getShort();
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (id == ZIP_64_EXTRA) {
        return extra.limit(extra.position() + length);
      }
      extra.position(extra.position() + length);
    }
    return extra.position(extra.limit());
  }

  private long wide(String name, ByteBuffer zip64) throws TensorException {
    if (zip64.remaining() < Long.BYTES) {
      throw invalid(name, "lacks its zip64 size or place");
    }
    return zip64.getLong();
  }

  /** Behind the entry's own header, whose name and extra fields may have other lengths. */
  private long dataOffset(String name, long local) throws IOException {
    if (local < 0 || local > channel.size() - LOCAL_BYTES) {
      throw invalid(name, "begins outside the file; it is truncated, or its directory is wrong");
    }
    ByteBuffer header = bytes(local, LOCAL_BYTES);
    if (header.getInt(0) != LOCAL_SIGNATURE) {
      throw invalid(name, "does not begin where the directory says");
    }
    return local
        + LOCAL_BYTES
        + Short.toUnsignedInt(header.getShort(26))
        + Short.toUnsignedInt(header.getShort(28));
  }

  private void requireInside(Entry entry) throws IOException {
    if (entry.compressed() < 0
        || entry.size() < 0
        || entry.offset() > channel.size() - entry.compressed()) {
      throw invalid(
          entry.name(),
          "has %s bytes from %d on, beyond the %d of the file; it is truncated, or its directory"
                  .formatted(
                      Long.toUnsignedString(entry.compressed()), entry.offset(), channel.size())
              + " is wrong");
    }
  }

  /** No two entries share bytes: those that do are how a small file holds a huge one. */
  private void requireApart() throws TensorException {
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::compressed));
    long end = 0;
    for (Entry entry : inOrder) {
      if (entry.offset() < end) {
        throw invalid(entry.name(), "overlaps the entry before it");
      }
      end = entry.offset() + entry.compressed();
    }
  }

  private ByteBuffer bytes(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      long at = offset + bytes.position();
      if (at < 0 || channel.read(bytes, at) < 0) {
        throw new TensorException(file + ": the zip file is truncated, or its directory is wrong");
      }
    }
    return bytes.flip();
  }

  private TensorException invalid(String entry, String what) {
    return new TensorException(file + ": entry \"" + entry + "\" " + what);
  }
}
