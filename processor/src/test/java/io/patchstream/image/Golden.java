package io.patchstream.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The pictures of golden/preprocess, and what Pillow 9.4 makes of them. */
final class Golden {

  private static final Path FORMATS = Path.of("src/test/resources/golden/formats");
  private static final String FOLDER = "/golden/preprocess/";
  private static final List<SafetensorsFile> EXPECTED =
      List.of(expectedIn("expected.safetensors"), expectedIn("expected-more.safetensors"));

  private Golden() {}

  /** A tensor of bytes, [height, width, 3]. */
  record Picture(int height, int width, byte[] rgb) {}

  static byte[] image(String name) {
    return resource("images/" + name);
  }

  /** The names of the pictures in golden/formats. */
  static List<String> formats() {
    try (Stream<Path> files = Files.list(FORMATS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".rgb") && !name.endsWith(".md"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file in golden/formats: a picture, or its pixels. */
  static byte[] format(String name) {
    try {
      return Files.readAllBytes(FORMATS.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code IMAGE/decoded} or {@code IMAGE/PROCESSOR}. */
  static Picture expected(String tensor) {
    SafetensorsFile file =
        EXPECTED.stream().filter(each -> each.tensors().containsKey(tensor)).findFirst().get();
    TensorInfo picture = file.tensors().get(tensor);
    byte[] rgb = new byte[(int) picture.bytes()];
    try {
      file.map(picture).get(rgb);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Picture(picture.shape().get(0).intValue(), picture.shape().get(1).intValue(), rgb);
  }

  /** The names of the pictures that have a tensor of this name. */
  static List<String> imagesWith(String tensor) {
    return EXPECTED.stream()
        .flatMap(file -> file.tensors().keySet().stream())
        .filter(name -> name.endsWith("/" + tensor))
        .map(name -> name.substring(0, name.indexOf('/')))
        .toList();
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

  private static SafetensorsFile expectedIn(String name) {
    try {
      return SafetensorsFile.open(Path.of("src/test/resources" + FOLDER + name));
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
