package io.patchstream.model.huggingface;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * A small Hugging Face {@code ViTForImageClassification} with random weights, whose configuration
 * and tensors a test changes before it writes them.
 *
 * @param imageSize side of the square image in pixels
 * @param patchSize side of a patch in pixels
 * @param hiddenSize length D of a token
 * @param layers transformer blocks
 * @param heads attention heads
 * @param mlpSize length of the hidden layer of an MLP
 * @param classes number of labels, label_0 and so on
 */
public record ToyVit(
    int imageSize, int patchSize, int hiddenSize, int layers, int heads, int mlpSize, int classes) {

  /** 3x3 patches of 4, a few thousand weights. */
  public static final ToyVit SMALL = new ToyVit(12, 4, 16, 2, 2, 32, 5);

  /** Writes {@code config.json} and {@code model.safetensors} in float32. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config().toPrettyString());
    weights().write(folder.resolve("model.safetensors"));
  }

  /** The configuration, to be changed and written by a test. */
  public ObjectNode config() {
    ObjectNode config = new JsonMapper().createObjectNode();
    config.put("model_type", "vit").putArray("architectures").add("ViTForImageClassification");
    config.put("image_size", imageSize).put("patch_size", patchSize).put("num_channels", 3);
    config.put("hidden_size", hiddenSize).put("intermediate_size", mlpSize);
    config.put("num_hidden_layers", layers).put("num_attention_heads", heads);
    config.put("hidden_act", "gelu").put("layer_norm_eps", 1e-12).put("qkv_bias", true);
    ObjectNode labels = config.putObject("id2label");
    for (int i = 0; i < classes; i++) {
      labels.put(Integer.toString(i), "label_" + i);
    }
    return config;
  }

  /** The tensors, always the same for the same shape. */
  public SafetensorsWriter weights() {
    return weights(true);
  }

  /** The same with or without a bias of query, key and value. */
  public SafetensorsWriter weights(boolean qkvBias) {
    SafetensorsWriter file = new SafetensorsWriter();
    Random random = new Random(42);
    int d = hiddenSize;
    int side = imageSize / patchSize;
    random(file, random, "vit.embeddings.cls_token", 1, 1, d);
    random(file, random, "vit.embeddings.position_embeddings", 1, 1 + side * side, d);
    String projection = "vit.embeddings.patch_embeddings.projection";
    random(file, random, projection + ".weight", d, 3, patchSize, patchSize);
    random(file, random, projection + ".bias", d);
    for (int i = 0; i < layers; i++) {
      String layer = "vit.encoder.layer." + i;
      norm(file, layer + ".layernorm_before");
      projection(file, random, layer + ".attention.attention.query", qkvBias);
      projection(file, random, layer + ".attention.attention.key", qkvBias);
      projection(file, random, layer + ".attention.attention.value", qkvBias);
      linear(file, random, layer + ".attention.output.dense", d, d);
      norm(file, layer + ".layernorm_after");
      linear(file, random, layer + ".intermediate.dense", mlpSize, d);
      linear(file, random, layer + ".output.dense", d, mlpSize);
    }
    norm(file, "vit.layernorm");
    linear(file, random, "classifier", classes, d);
    return file;
  }

  private void norm(SafetensorsWriter file, String name) {
    float[] ones = new float[hiddenSize];
    Arrays.fill(ones, 1f);
    file.add(name + ".weight", ones, hiddenSize);
    file.add(name + ".bias", new float[hiddenSize], hiddenSize);
  }

  private void projection(SafetensorsWriter file, Random random, String name, boolean bias) {
    random(file, random, name + ".weight", hiddenSize, hiddenSize);
    if (bias) {
      random(file, random, name + ".bias", hiddenSize);
    }
  }

  private static void linear(
      SafetensorsWriter file, Random random, String name, long out, long in) {
    random(file, random, name + ".weight", out, in);
    random(file, random, name + ".bias", out);
  }

  private static void random(SafetensorsWriter file, Random random, String name, long... shape) {
    int elements = 1;
    for (long dimension : shape) {
      elements = Math.toIntExact(elements * dimension);
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    file.add(name, values, shape);
  }
}
