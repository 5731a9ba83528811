package io.patchstream.inference;

import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Hugging Face ViT, in float32 the same as the one it is made of, but with one channel of every
 * attention's values made large and taken back in the layer behind it: what is quantised beside
 * that channel is lost.
 */
final class OutlierVit {

  private OutlierVit() {}

  /** Writes the folder {@code to}, which is there. */
  static Path write(Path from, Path to, float factor) throws IOException {
    for (String name : new String[] {"config.json", "preprocessor_config.json"}) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(from.resolve("model.safetensors"))) {
      for (TensorInfo tensor : file.tensors().values()) {
        float[] values = file.floats(tensor.name());
        int columns = Math.toIntExact(tensor.shape().get(tensor.shape().size() - 1));
        if (tensor.name().endsWith(".attention.value.weight")) {
          scale(values, 0, 1, columns, factor); // the first row
        } else if (tensor.name().endsWith(".attention.value.bias")) {
          values[0] *= factor;
        } else if (tensor.name().endsWith(".attention.output.dense.weight")) {
          scale(values, 0, columns, values.length, 1 / factor); // the first column
        }
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        writer.add(tensor.name(), values, shape);
      }
    }
    writer.write(to.resolve("model.safetensors"));
    return to;
  }

  private static void scale(float[] values, int from, int step, int to, float factor) {
    for (int i = from; i < to; i += step) {
      values[i] *= factor;
    }
  }
}
