package io.patchstream.model.npz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An {@code .npz} that a test puts together, right or wrong. */
final class Npz {

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  Npz add(String name, byte[] npy) {
    entries.put(name, npy);
    return this;
  }

  void write(Path file, boolean compressed) throws IOException {
    Files.write(file, bytes(compressed));
  }

  byte[] bytes(boolean compressed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue(), compressed);
      }
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] data, boolean compressed)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(compressed ? ZipEntry.DEFLATED : ZipEntry.STORED);
    if (!compressed) {
      CRC32 crc = new CRC32();
      crc.update(data);
      entry.setCrc(crc.getValue());
      entry.setSize(data.length);
    }
    zip.putNextEntry(entry);
    ((OutputStream) zip).write(data);
    zip.closeEntry();
  }

  /** An array in float32. */
  static byte[] floats(String shape, float... values) {
    return npy(1, header("<f4", false, shape), data(values));
  }

  static String header(String type, boolean fortranOrder, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
        .formatted(type, fortranOrder ? "True" : "False", shape);
  }

  static byte[] npy(int version, String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer npy =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    npy.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    npy.put((byte) version).put((byte) 0);
    if (version == 1) {
      npy.putShort((short) text.length);
    } else {
      npy.putInt(text.length);
    }
    npy.put(text).put(data);
    return java.util.Arrays.copyOf(npy.array(), npy.position());
  }

  static byte[] data(float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return data.array();
  }
}
