package io.patchstream.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Writes PNG files chunk by chunk, right ones and wrong ones. */
final class Pngs {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Pngs() {
    bytes.writeBytes(SIGNATURE);
  }

  /** A file that so far has its signature and its header. */
  static Pngs of(int width, int height, int depth, int colorType) {
    return of(width, height, depth, colorType, 0);
  }

  /** The same for a picture in seven passes. */
  static Pngs interlaced(int width, int height, int depth, int colorType) {
    return of(width, height, depth, colorType, 1);
  }

  private static Pngs of(int width, int height, int depth, int colorType, int interlace) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colorType).put(12, (byte) interlace);
    return new Pngs().chunk("IHDR", header.array());
  }

  Pngs chunk(String type, byte... data) {
    byte[] named = Arrays.copyOf(type.getBytes(StandardCharsets.US_ASCII), 4 + data.length);
    System.arraycopy(data, 0, named, 4, data.length);
    CRC32 crc = new CRC32();
    crc.update(named);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(data.length);
      out.write(named);
      out.writeInt((int) crc.getValue());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data of a whole picture: each row is its filter, 0, and then these bytes. */
  Pngs rows(byte[]... rows) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (byte[] row : rows) {
      raw.write(0);
      raw.writeBytes(row);
    }
    return data(raw.toByteArray());
  }

  /** The data of a whole picture: each row is its filter and then its filtered bytes. */
  Pngs data(byte[] raw) {
    Deflater deflater = new Deflater();
    deflater.setInput(raw);
    deflater.finish();
    byte[] packed = new byte[raw.length + raw.length / 100 + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    return chunk("IDAT", Arrays.copyOf(packed, length));
  }

  byte[] end() {
    chunk("IEND");
    return bytes.toByteArray();
  }

  /** The file so far, cut off after its last whole chunk. */
  byte[] cut() {
    return bytes.toByteArray();
  }

  /** A whole file with its filtered rows changed, before they are packed. */
  static byte[] withRows(byte[] png, Consumer<byte[]> change) throws DataFormatException {
    Pngs changed = new Pngs();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.wrap(png);
    for (int at = SIGNATURE.length; at < png.length; at += 12 + buffer.getInt(at)) {
      String type = new String(png, at + 4, 4, StandardCharsets.US_ASCII);
      byte[] data = Arrays.copyOfRange(png, at + 8, at + 8 + buffer.getInt(at));
      if (type.equals("IDAT")) {
        packed.writeBytes(data);
      } else if (!type.equals("IEND")) {
        changed.chunk(type, data);
      }
    }
    byte[] raw = inflate(packed.toByteArray());
    change.accept(raw);
    return changed.data(raw).end();
  }

  private static byte[] inflate(byte[] packed) throws DataFormatException {
    Inflater inflater = new Inflater();
    inflater.setInput(packed);
    byte[] raw = new byte[1 << 20];
    int length = inflater.inflate(raw);
    inflater.end();
    return Arrays.copyOf(raw, length);
  }

  /** Makes the checksums of a damaged file right again, as far as its chunks can be followed. */
  static byte[] repaired(byte[] png) {
    ByteBuffer buffer = ByteBuffer.wrap(png);
    int at = SIGNATURE.length;
    while (at + 12 <= png.length) {
      long end = at + 8L + Integer.toUnsignedLong(buffer.getInt(at));
      if (end + 4 > png.length) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(png, at + 4, (int) end - at - 4);
      buffer.putInt((int) end, (int) crc.getValue());
      at = (int) end + 4;
    }
    return png;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
