package io.patchstream.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.GraphSession;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.huggingface.HuggingFaceFolder;
import io.patchstream.model.huggingface.RandomVit;
import io.patchstream.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the golden checkpoint leaves out: the other activations, no bias, epsilon, one block. */
class VisionTransformerGraphTest {

  private static final int P = 4;
  private static final int SIDE = 3;

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
    float[] image = image();

    float[] logits;
    try (GraphSession session = new GraphSession(Model.open(folder))) {
      logits = session.run(image, 1, SIDE * P, SIDE * P).logits()[0];
    }

    double[] reference =
        new ReferenceVit(new HuggingFaceFolder(folder).read()).logits(patches(image));
    assertThat(logits).hasSize(reference.length);
    for (int i = 0; i < logits.length; i++) {
      assertThat((double) logits[i]).isCloseTo(reference[i], within(1e-5));
    }
    assertThat(reference[0]).isNotCloseTo(reference[1], within(1e-3));
  }

  private void writeModel(String activation, boolean bias, double epsilon, int layers)
      throws IOException {
    RandomVit shape = new RandomVit(SIDE * P, P, 16, layers, 2, 32, 5);
    ObjectNode config = shape.config();
    config.put("hidden_act", activation).put("qkv_bias", bias).put("layer_norm_eps", epsilon);
    Files.writeString(folder.resolve("config.json"), config.toString());
    SafetensorsWriter weights = shape.weights();
    if (!bias) {
      weights.removeIf(name -> name.matches(".*\\.attention\\.attention\\..*\\.bias"));
    }
    weights.write(folder.resolve("model.safetensors"));
  }

  private static float[] image() {
    Random random = new Random(3);
    float[] image = new float[3 * SIDE * P * SIDE * P];
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextFloat() * 2 - 1;
    }
    return image;
  }

  private static double[][] patches(float[] image) {
    double[][] patches = new double[SIDE * SIDE][3 * P * P];
    for (int i = 0; i < image.length; i++) {
      int channel = i / (SIDE * P * SIDE * P);
      int y = i / (SIDE * P) % (SIDE * P);
      int x = i % (SIDE * P);
      patches[y / P * SIDE + x / P][(channel * P + y % P) * P + x % P] = image[i];
    }
    return patches;
  }
}
