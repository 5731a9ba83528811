package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against what Pillow makes of the same files. */
class PreprocessCommandTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/preprocess");
  private static final Path IMAGES = GOLDEN.resolve("images");
  private static final String SQUASHED =
      "{\"size\": {\"height\": 96, \"width\": 160}, \"resample\": 3,"
          + " \"image_mean\": [0.1, 0.2, 0.3]}";

  @TempDir Path folder;
  private Path model;
  private Path target;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeModel() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("preprocessor_config.json"), SQUASHED);
    target = folder.resolve("seen.safetensors");
  }

  @Test
  void bytesAndFloatsOfEachImage() throws IOException {
    String[] names = {"rgb_97x211.png", "palette.png", "wide_640x90.png"};
    assertThat(preprocess(image(names[0]), image(names[1]), image(names[2]))).isZero();

    assertThat(out.toString().strip()).isEqualTo("3 of 3 images are in " + target);
    try (SafetensorsFile seen = SafetensorsFile.open(target);
        SafetensorsFile pillow = SafetensorsFile.open(GOLDEN.resolve("expected.safetensors"))) {
      assertThat(seen.tensors()).hasSize(6);
      assertThat(seen.metadata().get("preprocessing")).contains("BICUBIC", "96", "160");
      for (String name : names) {
        TensorInfo resized = seen.tensors().get(name + "/resized");
        assertThat(resized.shape()).containsExactly(96L, 160L, 3L);
        byte[] bytes = bytes(pillow, name + "/squash_bicubic_96x160");
        assertThat(bytes(seen, name + "/resized")).isEqualTo(bytes);
        TensorInfo values = seen.tensors().get(name + "/pixel_values");
        assertThat(values.shape()).containsExactly(3L, 96L, 160L);
        assertThat(floats(seen, name + "/pixel_values")).isEqualTo(normalised(bytes));
      }
    }
  }

  @Test
  void whatIsBrokenIsToldAndLeftOut() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path lost = Files.createSymbolicLink(folder.resolve("lost.png"), Path.of("nowhere"));

    assertThat(preprocess(text.toString(), image("gray.png"))).isEqualTo(1);
    assertThat(preprocess(folder.toString())).isEqualTo(1);

    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(text + ": "),
            line ->
                assertThat(line)
                    .isEqualTo(lost + ": it does not exist (any more), or is a link to nowhere"),
            line -> assertThat(line).startsWith(text + ": "));
    assertThat(out.toString().lines())
        .containsExactly("1 of 2 images are in " + target, "0 of 2 images are in " + target);
    try (SafetensorsFile seen = SafetensorsFile.open(target)) {
      assertThat(seen.tensors()).isEmpty();
    }
  }

  @Test
  void aFolderOfTimmsTellsItsPreprocessingInItsConfig() throws IOException {
    Files.writeString(
        model.resolve("config.json"), "{\"pretrained_cfg\": {\"input_size\": [3, 40, 40]}}");
    assertThat(preprocess(image("gray.png"))).isZero();
    try (SafetensorsFile seen = SafetensorsFile.open(target)) {
      assertThat(seen.tensors().get("gray.png/pixel_values").shape()).containsExactly(3L, 40L, 40L);
    }
  }

  @Test
  void wrongUseIsToldBeforeAnythingIsWritten() throws IOException {
    Path same = Files.copy(IMAGES.resolve("gray.png"), folder.resolve("gray.png"));
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThat(preprocess(image("gray.png"), same.toString())).isEqualTo(2);
    assertThat(preprocess(empty.toString())).isEqualTo(2);
    assertThat(preprocess(folder.resolve("missing").toString())).isEqualTo(2);
    Path written = target;
    target = folder.resolve("absent/seen.safetensors");
    assertThat(preprocess(image("gray.png"))).isEqualTo(2);

    assertThat(written).doesNotExist();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains(same + " have one name"),
            line -> assertThat(line).startsWith("There are no images in the folders"),
            line -> assertThat(line).startsWith("There is no "),
            line -> assertThat(line).contains(folder.resolve("absent").toString()));
  }

  @Test
  void preprocessingThatCannotBeFollowedIsAnError() throws IOException {
    Files.writeString(model.resolve("preprocessor_config.json"), "{\"rescale_offset\": true}");
    assertThat(preprocess(image("gray.png"))).isEqualTo(1);
    assertThat(err.toString()).contains("preprocessor_config.json: rescale_offset");
    assertThat(target).doesNotExist();
  }

  /** [H, W, 3] bytes to [3, H, W] floats. */
  private static float[] normalised(byte[] bytes) {
    float[] mean = {0.1f, 0.2f, 0.3f};
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      float rescaled = (float) ((bytes[i] & 0xff) * (1 / 255.0));
      values[i % 3 * (bytes.length / 3) + i / 3] = (rescaled - mean[i % 3]) / 0.5f;
    }
    return values;
  }

  private static byte[] bytes(SafetensorsFile file, String tensor) throws IOException {
    ByteBuffer data = file.map(file.tensors().get(tensor));
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private static float[] floats(SafetensorsFile file, String tensor) throws IOException {
    ByteBuffer data = file.map(file.tensors().get(tensor)).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(floats);
    return floats;
  }

  private static String image(String name) {
    return IMAGES.resolve(name).toString();
  }

  private int preprocess(String... images) {
    List<String> arguments =
        new ArrayList<>(
            List.of("preprocess", "--model", model.toString(), "--out", target.toString()));
    arguments.addAll(List.of(images));
    CommandLine program = PatchStream.commandLine();
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return program.execute(arguments.toArray(String[]::new));
  }
}
