package io.patchstream.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The demo model as it would be without interpolation: a checkpoint for one other size, whose table
 * of positions is the original's, cut off to the right and below or padded there with zeros.
 */
final class UninterpolatedPositions {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OWN_GRID = DemoModel.SIDE / DemoModel.PATCH;
  private static final String POSITIONS = "vit.embeddings.position_embeddings";

  private UninterpolatedPositions() {}

  /** Writes the checkpoint for pictures of this size into a new folder. */
  static void write(Path folder, PictureSize size) throws IOException {
    Files.createDirectories(folder);
    ObjectNode config =
        (ObjectNode) JSON.readTree(DemoModel.FOLDER.resolve("config.json").toFile());
    config.putArray("image_size").add(size.height()).add(size.width());
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    String preprocessing = "preprocessor_config.json";
    Files.copy(DemoModel.FOLDER.resolve(preprocessing), folder.resolve(preprocessing));
    try (SafetensorsFile original =
        SafetensorsFile.open(DemoModel.FOLDER.resolve("model.safetensors"))) {
      Files.write(folder.resolve("model.safetensors"), rewritten(original, size));
    }
  }

  private static byte[] rewritten(SafetensorsFile original, PictureSize size) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorInfo tensor : original.tensors().values()) {
      ByteBuffer stored = original.map(tensor);
      byte[] bytes = new byte[stored.remaining()];
      stored.get(bytes);
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      entry.putPOJO("shape", tensor.shape());
      if (tensor.name().equals(POSITIONS)) {
        int position = bytes.length / (1 + OWN_GRID * OWN_GRID);
        bytes = cutOrPadded(bytes, position, size);
        entry.putArray("shape").add(1).add(bytes.length / position).add(tensor.shape().get(2));
      }
      entry.putArray("data_offsets").add(data.size()).add(data.size() + bytes.length);
      data.write(bytes);
    }
    byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + data.size());
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data.toByteArray());
    return file.array();
  }

  /**
   * The table that another size has.
   *
   * @param table the class token's position first, then those of the patches, row by row
   * @param length of a position in bytes
   */
  private static byte[] cutOrPadded(byte[] table, int length, PictureSize size) {
    byte[] other = new byte[length * (1 + rows(size) * columns(size))];
    System.arraycopy(table, 0, other, 0, length);
    for (int row = 0; row < Math.min(rows(size), OWN_GRID); row++) {
      System.arraycopy(
          table,
          length * (1 + row * OWN_GRID),
          other,
          length * (1 + row * columns(size)),
          length * Math.min(columns(size), OWN_GRID));
    }
    return other;
  }

  private static int rows(PictureSize size) {
    return size.height() / DemoModel.PATCH;
  }

  private static int columns(PictureSize size) {
    return size.width() / DemoModel.PATCH;
  }
}
