package io.patchstream.model.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.tensors.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers named tensors, and writes them as one safetensors file. All are held until then. */
public final class SafetensorsWriter {

  private record Entry(Dtype type, long[] shape, ByteBuffer data) {}

  private final Map<String, Entry> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Adds an F32 tensor, its elements in row-major order. */
  public SafetensorsWriter add(String name, float[] values, long... shape) {
    ByteBuffer data = little(values.length * Float.BYTES);
    data.asFloatBuffer().put(values);
    return add(name, Dtype.F32, data, shape);
  }

  /**
   * Adds a tensor of any type; one of the same name is replaced.
   *
   * @param data its elements in row-major order, little-endian: all of the buffer, whatever its
   *     position, which is not copied
   */
  public SafetensorsWriter add(String name, Dtype type, ByteBuffer data, long... shape) {
    tensors.put(name, new Entry(type, shape, data));
    return this;
  }

  /** Adds an entry beside the tensors. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Writes the file, over what is there.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      List<ByteBuffer> parts = new ArrayList<>();
      byte[] header = header();
      parts.add(little(Long.BYTES).putLong(header.length).flip());
      parts.add(ByteBuffer.wrap(header));
      tensors.values().forEach(tensor -> parts.add(tensor.data().duplicate().rewind()));
      for (ByteBuffer part : parts) {
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  private byte[] header() {
    ObjectNode root = new JsonMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(root.putObject("__metadata__")::put);
    }
    long offset = 0;
    for (Map.Entry<String, Entry> entry : tensors.entrySet()) {
      Entry tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      ArrayNode shape = node.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      long end = offset + tensor.data().capacity();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
