package io.patchstream.model.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.patchstream.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code config.json}. transformers leaves out what has its default value, so every getter takes
 * the default of the model's own configuration class.
 */
final class HuggingFaceConfig {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final JsonNode root;

  private HuggingFaceConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static HuggingFaceConfig read(Path file) throws ModelException {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.isObject()) {
        throw new ModelException(file + ": not a JSON object");
      }
      return new HuggingFaceConfig(file, root);
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  String text(String key, String byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return byDefault;
    }
    if (!node.isTextual()) {
      throw invalid(key, node + " is not a string");
    }
    return node.textValue();
  }

  boolean flag(String key, boolean byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (!node.isMissingNode() && !node.isBoolean()) {
      throw invalid(key, node + " is not true or false");
    }
    return node.asBoolean(byDefault);
  }

  /** A whole number of at least 1. */
  int size(String key, int byDefault) throws ModelException {
    JsonNode node = root.path(key);
    return node.isMissingNode() ? byDefault : positive(key, node);
  }

  /** Height and width: one number for both, or a list of two. */
  int[] sides(String key, int byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (node.isArray() && node.size() == 2) {
      return new int[] {positive(key, node.get(0)), positive(key, node.get(1))};
    }
    int side = size(key, byDefault);
    return new int[] {side, side};
  }

  /** A number above 0 and below 1. */
  float epsilon(String key, double byDefault) throws ModelException {
    JsonNode node = root.path(key);
    float value = (float) node.asDouble(byDefault);
    if (!node.isMissingNode() && !node.isNumber() || !(value > 0 && value < 1)) {
      throw invalid(key, node + " is not a number above 0 and below 1");
    }
    return value;
  }

  /** The strings of a list; empty where there is none. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    root.path(key).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /**
   * The labels of {@code id2label}, in the order of their numbers. Without one transformers means
   * two classes, LABEL_0 and LABEL_1.
   */
  List<String> labels() throws ModelException {
    JsonNode node = root.path("id2label");
    if (node.isMissingNode() || node.isNull()) {
      return List.of("LABEL_0", "LABEL_1");
    }
    List<String> labels = new ArrayList<>(node.size());
    for (int id = 0; id < node.size(); id++) {
      JsonNode label = node.path(Integer.toString(id));
      if (!label.isTextual()) {
        throw invalid(
            "id2label",
            "of its %d labels, the one of class %d is missing".formatted(node.size(), id));
      }
      labels.add(label.textValue());
    }
    return labels;
  }

  /** An error about one entry. */
  ModelException invalid(String key, String what) {
    return new ModelException(file + ": " + key + ": " + what);
  }

  private int positive(String key, JsonNode node) throws ModelException {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw invalid(key, node + " is not a whole number of at least 1");
    }
    return node.intValue();
  }
}
