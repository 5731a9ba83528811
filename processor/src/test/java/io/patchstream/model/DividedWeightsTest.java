package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.patchstream.model.GraphSession.Outputs;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.timm.TimmVit;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are larger than a buffer can be, on a small scale. */
class DividedWeightsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/timm_vit");

  @TempDir Path folder;

  @Test
  void aLinearWeightIsMappedInWholeRows() throws IOException {
    Path path = folder.resolve("model.safetensors");
    new SafetensorsWriter()
        .add("head", new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, 2)
        .write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      WeightMapping mapping = new WeightMapping(file, 2 * 2 * Float.BYTES + 3);
      mapping.tensor("head.weight", "head", 5, 2);
      Map<String, Weight> parts = mapping.map();

      assertThat(parts.keySet()).containsExactly("head.weight.0", "head.weight.1", "head.weight.2");
      assertThat(values(parts.get("head.weight.0"))).containsExactly(1, 2, 3, 4);
      assertThat(values(parts.get("head.weight.1"))).containsExactly(5, 6, 7, 8);
      assertThat(values(parts.get("head.weight.2"))).containsExactly(9, 10);
      assertThat(parts.get("head.weight.2").shape()).containsExactly(1, 2);
    }
  }

  @Test
  void aPartThatIsNotFiniteIsFound() throws IOException {
    Path path = folder.resolve("model.safetensors");
    new SafetensorsWriter().add("head", new float[] {1, 2, 3, Float.NaN}, 2, 2).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      WeightMapping mapping = new WeightMapping(file, 2 * Float.BYTES);
      mapping.tensor("head.weight", "head", 2, 2);
      assertThatExceptionOfType(TensorException.class)
          .isThrownBy(mapping::map)
          .withMessageContaining("tensor \"head\" holds values that are NaN or infinite");
    }
  }

  @Test
  void theGraphPutsThePartsTogether() throws ModelException, IOException, OrtException {
    Checkpoint whole;
    try (ModelFolder published = ModelFolder.open(GOLDEN)) {
      whole = new TimmVit().read(published);
    }
    Map<String, Weight> divided = new HashMap<>(whole.weights());
    for (String weight :
        List.of("head.weight", "blocks.0.query.weight", "blocks.2.mlp_hidden.weight")) {
      divide(divided, weight, 7);
    }
    float[] pixels = new float[3 * 48 * 48];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 2 - 1;
    }

    try (GraphSession one = new GraphSession(whole);
        GraphSession several =
            new GraphSession(new Checkpoint(whole.description(), divided, whole.positions()))) {
      Outputs expected = one.run(pixels, 1, 48, 48);
      Outputs parts = several.run(pixels, 1, 48, 48);
      assertThat(parts.logits()[0]).containsExactly(expected.logits()[0], within(1e-5f));
      assertThat(parts.clsEmbedding()[0])
          .containsExactly(expected.clsEmbedding()[0], within(1e-5f));
    }
  }

  private static void divide(Map<String, Weight> weights, String name, int rows) {
    Weight whole = weights.remove(name);
    int rowBytes = whole.data().remaining() / (int) whole.shape()[0];
    int part = 0;
    for (int row = 0; row < whole.shape()[0]; row += rows) {
      int some = (int) Math.min(rows, whole.shape()[0] - row);
      weights.put(
          name + "." + part,
          new Weight(
              name + "." + part,
              whole.type(),
              new long[] {some, whole.shape()[1]},
              whole.data().slice(row * rowBytes, some * rowBytes).order(ByteOrder.LITTLE_ENDIAN)));
      part++;
    }
  }

  private static float[] values(Weight weight) {
    FloatBuffer data = weight.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[data.remaining()];
    data.get(values);
    return values;
  }
}
