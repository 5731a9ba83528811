package io.patchstream.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.fixtures.PlainVit;
import io.patchstream.model.GraphSession;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.huggingface.ToyVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the golden checkpoint leaves out: the other activations, no bias, epsilon, one block. */
class VisionTransformerGraphTest {

  private static final int SIDE = 12;
  private static final float TOLERANCE = 1e-4f;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "relu, true, 1e-12, 2",
    "relu, false, 1e-12, 1",
    "gelu_new, true, 1e-6, 3",
    "gelu_new, false, 0.5, 2",
  })
  void givesWhatPlainLoopsGive(String activation, boolean bias, double epsilon, int layers)
      throws IOException, ModelException, OrtException {
    writeModel(activation, bias, epsilon, layers);
    float[][] image = image();
    float[] reference = new PlainVit(folder).logits(image, SIDE);

    try (GraphSession session = new GraphSession(Model.open(folder))) {
      float[] logits = session.run(flat(image), 1, SIDE, SIDE).logits()[0];
      assertThat(logits).containsExactly(reference, within(TOLERANCE));
    }
    assertThat(reference[0]).isNotCloseTo(reference[1], within(100 * TOLERANCE));
  }

  private void writeModel(String activation, boolean bias, double epsilon, int layers)
      throws IOException {
    ToyVit shape = new ToyVit(SIDE, 4, 16, layers, 2, 32, 5);
    ObjectNode config = shape.config();
    config.put("hidden_act", activation).put("qkv_bias", bias).put("layer_norm_eps", epsilon);
    Files.writeString(folder.resolve("config.json"), config.toString());
    shape.weights(bias).write(folder.resolve("model.safetensors"));
  }

  /** [3][SIDE * SIDE]. */
  private static float[][] image() {
    Random random = new Random(3);
    float[][] image = new float[3][SIDE * SIDE];
    for (float[] channel : image) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = random.nextFloat() * 2 - 1;
      }
    }
    return image;
  }

  private static float[] flat(float[][] image) {
    float[] flat = new float[3 * SIDE * SIDE];
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(image[channel], 0, flat, channel * SIDE * SIDE, SIDE * SIDE);
    }
    return flat;
  }
}
