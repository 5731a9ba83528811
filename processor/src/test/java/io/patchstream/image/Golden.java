package io.patchstream.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The pictures of golden/preprocess, and what Pillow 9.4 makes of them. */
final class Golden {

  private static final String FOLDER = "/golden/preprocess/";
  private static final byte[] EXPECTED = resource("expected.safetensors");
  private static final int HEADER_BYTES =
      (int) ByteBuffer.wrap(EXPECTED).order(ByteOrder.LITTLE_ENDIAN).getLong();
  private static final JsonNode TENSORS =
      json(new String(EXPECTED, 8, HEADER_BYTES, StandardCharsets.UTF_8));

  private Golden() {}

  /** A tensor of bytes, [height, width, 3]. */
  record Picture(int height, int width, byte[] rgb) {}

  static byte[] image(String name) {
    return resource("images/" + name);
  }

  /** {@code IMAGE/decoded} or {@code IMAGE/PROCESSOR}. */
  static Picture expected(String tensor) {
    JsonNode entry = TENSORS.get(tensor);
    JsonNode offsets = entry.get("data_offsets");
    int start = 8 + HEADER_BYTES;
    byte[] rgb =
        Arrays.copyOfRange(
            EXPECTED, start + offsets.get(0).asInt(), start + offsets.get(1).asInt());
    JsonNode shape = entry.get("shape");
    return new Picture(shape.get(0).asInt(), shape.get(1).asInt(), rgb);
  }

  /** The names of the pictures that have a tensor of this name. */
  static List<String> imagesWith(String tensor) {
    List<String> images = new ArrayList<>();
    TENSORS
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.endsWith("/" + tensor)) {
                images.add(name.substring(0, name.indexOf('/')));
              }
            });
    return images;
  }

  static List<String> processors() {
    List<String> names = new ArrayList<>();
    processorsJson().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A processor as a model folder would say it, its bytes neither rescaled nor normalised. */
  static Preprocessing processor(String name, Path emptyFolder) {
    try {
      String config =
          processorsJson()
              .withObject("/" + name)
              .put("do_rescale", false)
              .put("do_normalize", false)
              .toString();
      Files.writeString(emptyFolder.resolve("preprocessor_config.json"), config);
      return Preprocessing.read(emptyFolder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode processorsJson() {
    return json(new String(resource("processors.json"), StandardCharsets.UTF_8));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) {
    try (var stream = Golden.class.getResourceAsStream(FOLDER + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
