package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every processor on every shape of picture: bytes and floats are met bit for bit. */
class GoldenProcessorsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/processors");

  private static JsonNode processors;
  private static SafetensorsFile expected;

  @BeforeAll
  static void open() throws IOException {
    processors = new ObjectMapper().readTree(GOLDEN.resolve("processors.json").toFile());
    expected = SafetensorsFile.open(GOLDEN.resolve("expected.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    expected.close();
  }

  static Stream<String> cases() {
    return expected.tensors().keySet().stream().filter(name -> !name.endsWith("/levels"));
  }

  @Test
  void theCorpusHoldsWhatIsCounted() {
    assertThat(processors).hasSize(33);
    assertThat(cases()).hasSize(264);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theModelSeesTheSame(String name, @TempDir Path folder) throws IOException, ImageException {
    String image = name.substring(0, name.indexOf('/'));
    String processor = name.substring(name.indexOf('/') + 1);
    Map.Entry<String, JsonNode> file = processors.get(processor).fields().next();
    Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());

    float[] seen = pixels(folder, Files.readAllBytes(GOLDEN.resolve("images").resolve(image)));

    TensorInfo resized = expected.tensors().get(name);
    byte[] bytes = new byte[(int) resized.bytes()];
    expected.map(resized).get(bytes);
    float[] levels = levels(processor);
    float[] normalised = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      normalised[i] = levels[256 * (i % 3) + (bytes[i] & 0xff)];
    }
    assertThat(seen).isEqualTo(normalised);
  }

  private static float[] levels(String processor) throws IOException {
    float[] levels = new float[3 * 256];
    expected
        .map(expected.tensors().get(processor + "/levels"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(levels);
    return levels;
  }

  /** [height, width, 3]: a patch is a pixel here. */
  private static float[] pixels(Path folder, byte[] image) throws IOException, ImageException {
    Preprocessing preprocessing = Preprocessing.read(folder);
    ImageToPatches toPatches =
        new ImageToPatches(
            new ImageOptions(
                preprocessing,
                1,
                new Resolution(Resolution.Mode.FIXED, 1),
                new ImageLimits(1 << 20, 1 << 20),
                true));
    Grid grid = toPatches.prepare(image, null).grid();
    assertThat(List.of(grid.rows(), grid.columns()))
        .containsExactly(preprocessing.crop().height(), preprocessing.crop().width());
    FloatBuffer pixels = FloatBuffer.allocate(3 * grid.patches());
    toPatches.writePatches(pixels);
    return pixels.array();
  }
}
