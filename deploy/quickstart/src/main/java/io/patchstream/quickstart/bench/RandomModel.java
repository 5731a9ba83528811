package io.patchstream.quickstart.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * A checkpoint with the shape of a published model and random weights, in the layout of Hugging
 * Face's {@code ViTForImageClassification}: it says nothing of a picture, and takes as long over
 * it.
 */
final class RandomModel {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double STANDARD_DEVIATION = 0.02;

  private final ModelShape shape;
  private final Map<String, int[]> tensors = new LinkedHashMap<>();

  private RandomModel(ModelShape shape) {
    this.shape = shape;
    int hidden = shape.hidden();
    int side = ModelShape.IMAGE_SIZE / ModelShape.PATCH_SIZE;
    int patch = ModelShape.PATCH_SIZE;
    tensors.put("vit.embeddings.cls_token", new int[] {1, 1, hidden});
    tensors.put("vit.embeddings.position_embeddings", new int[] {1, 1 + side * side, hidden});
    weights("vit.embeddings.patch_embeddings.projection", hidden, 3, patch, patch);
    for (int layer = 0; layer < ModelShape.LAYERS; layer++) {
      String prefix = "vit.encoder.layer." + layer + ".";
      weights(prefix + "layernorm_before", hidden);
      for (String part : List.of("query", "key", "value")) {
        weights(prefix + "attention.attention." + part, hidden, hidden);
      }
      weights(prefix + "attention.output.dense", hidden, hidden);
      weights(prefix + "layernorm_after", hidden);
      weights(prefix + "intermediate.dense", shape.mlp(), hidden);
      weights(prefix + "output.dense", hidden, shape.mlp());
    }
    weights("vit.layernorm", hidden);
    weights("classifier", ModelShape.CLASSES, hidden);
  }

  /** Writes the folder; the same shape and seed give the same weights. */
  static void write(ModelShape shape, Path folder, long seed) throws IOException {
    RandomModel model = new RandomModel(shape);
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("config.json").toFile(), model.config());
    JSON.writeValue(folder.resolve("preprocessor_config.json").toFile(), model.preprocessing());
    model.writeTensors(folder.resolve("model.safetensors"), new SplittableRandom(seed));
  }

  private void weights(String name, int... dimensions) {
    tensors.put(name + ".weight", dimensions);
    tensors.put(name + ".bias", new int[] {dimensions[0]});
  }

  private Map<String, Object> config() {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int index = 0; index < ModelShape.CLASSES; index++) {
      labels.put(Integer.toString(index), "class " + index);
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "vit");
    config.put("architectures", List.of("ViTForImageClassification"));
    config.put("image_size", ModelShape.IMAGE_SIZE);
    config.put("patch_size", ModelShape.PATCH_SIZE);
    config.put("num_channels", 3);
    config.put("hidden_size", shape.hidden());
    config.put("num_hidden_layers", ModelShape.LAYERS);
    config.put("num_attention_heads", shape.heads());
    config.put("intermediate_size", shape.mlp());
    config.put("hidden_act", "gelu");
    config.put("qkv_bias", true);
    config.put("layer_norm_eps", 1e-12);
    config.put("id2label", labels);
    return config;
  }

  private Map<String, Object> preprocessing() {
    int side = ModelShape.IMAGE_SIZE;
    Map<String, Object> preprocessing = new LinkedHashMap<>();
    preprocessing.put("image_processor_type", "ViTImageProcessor");
    preprocessing.put("do_resize", true);
    preprocessing.put("size", Map.of("height", side, "width", side));
    preprocessing.put("resample", 2);
    preprocessing.put("do_rescale", true);
    preprocessing.put("rescale_factor", 1 / 255.0);
    preprocessing.put("do_normalize", true);
    preprocessing.put("image_mean", List.of(0.5, 0.5, 0.5));
    preprocessing.put("image_std", List.of(0.5, 0.5, 0.5));
    return preprocessing;
  }

  private void writeTensors(Path file, SplittableRandom random) throws IOException {
    byte[] header = header();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(little(Long.BYTES).putLong(header.length).array());
      out.write(header);
      for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
        DoubleSupplier values = values(tensor.getKey(), random);
        ByteBuffer bytes = little(Math.multiplyExact(Float.BYTES, elements(tensor.getValue())));
        while (bytes.hasRemaining()) {
          bytes.putFloat((float) values.getAsDouble());
        }
        out.write(bytes.array());
      }
    }
  }

  /**
   * Norms begin as they do in training, biases too; the rest is uniform, which is quick to draw.
   */
  private static DoubleSupplier values(String tensor, SplittableRandom random) {
    if (tensor.endsWith(".bias")) {
      return () -> 0;
    }
    if (tensor.contains("layernorm")) {
      return () -> 1;
    }
    double bound = STANDARD_DEVIATION * Math.sqrt(3);
    return () -> (2 * random.nextDouble() - 1) * bound;
  }

  private byte[] header() throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
      long end = offset + (long) Float.BYTES * elements(tensor.getValue());
      header.put(
          tensor.getKey(),
          Map.of("dtype", "F32", "shape", tensor.getValue(), "data_offsets", List.of(offset, end)));
      offset = end;
    }
    String json = JSON.writeValueAsString(header);
    // Padded so that the data begin at a multiple of eight bytes, as the format's own writer does.
    return (json + " ".repeat(-json.length() & 7)).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int elements(int[] dimensions) {
    int elements = 1;
    for (int dimension : dimensions) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }
}
