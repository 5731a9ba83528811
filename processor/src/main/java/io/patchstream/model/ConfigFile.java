package io.patchstream.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON file that says what a model is. Frameworks leave out what has its default value, so every
 * getter takes the default of the model's own configuration class. Errors name the file and the
 * key.
 */
public final class ConfigFile {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final JsonNode root;
  private final String prefix;

  private ConfigFile(Path file, JsonNode root, String prefix) {
    this.file = file;
    this.root = root;
    this.prefix = prefix;
  }

  /** What stands for a file that is not there: no key is. */
  private static ConfigFile absent(Path file) {
    return new ConfigFile(file, JSON.createObjectNode(), "");
  }

  /**
   * Reads a file if there is one.
   *
   * @throws ModelException if it cannot be read or is not a JSON object
   */
  public static ConfigFile readIfThere(Path file) throws ModelException {
    return Files.exists(file) ? read(file) : absent(file);
  }

  /**
   * Reads a file.
   *
   * @throws ModelException if it cannot be read or is not a JSON object
   */
  public static ConfigFile read(Path file) throws ModelException {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.isObject()) {
        throw new ModelException(file + ": not a JSON object");
      }
      return new ConfigFile(file, root, "");
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Whether there is an entry of that name that is not null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** The names of all entries. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    root.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** An object within this one; without an entry where there is none. */
  public ConfigFile section(String key) throws ModelException {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return new ConfigFile(file, JSON.createObjectNode(), prefix + key + ".");
    }
    if (!node.isObject()) {
      throw invalid(key, node + " is not an object");
    }
    return new ConfigFile(file, node, prefix + key + ".");
  }

  /** A string; null is as good as none. */
  public String text(String key, String byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return byDefault;
    }
    if (!node.isTextual()) {
      throw invalid(key, node + " is not a string");
    }
    return node.textValue();
  }

  /** True or false. */
  public boolean flag(String key, boolean byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (!node.isMissingNode() && !node.isBoolean()) {
      throw invalid(key, node + " is not true or false");
    }
    return node.asBoolean(byDefault);
  }

  /** A whole number of at least 1. */
  public int size(String key, int byDefault) throws ModelException {
    JsonNode node = root.path(key);
    return node.isMissingNode() ? byDefault : positive(key, node);
  }

  /** A whole number of at least 0. */
  public int count(String key, int byDefault) throws ModelException {
    JsonNode node = root.path(key);
    return node.isIntegralNumber() && node.intValue() == 0 ? 0 : size(key, byDefault);
  }

  /** Height and width: one number for both, or a list of two. */
  public int[] sides(String key, int byDefault) throws ModelException {
    JsonNode node = root.path(key);
    if (node.isArray() && node.size() == 2) {
      return new int[] {positive(key, node.get(0)), positive(key, node.get(1))};
    }
    int side = size(key, byDefault);
    return new int[] {side, side};
  }

  /** Whole numbers of at least 1, in a list of any length; empty where there is none. */
  public int[] sizes(String key) throws ModelException {
    JsonNode node = root.path(key);
    int[] sizes = new int[node.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = positive(key, node.path(i));
    }
    return sizes;
  }

  /** A number above 0. */
  public double positiveNumber(String key, double byDefault) throws ModelException {
    JsonNode node = root.path(key);
    double value = node.asDouble(byDefault);
    if (!node.isMissingNode() && !node.isNumber() || !(value > 0)) {
      throw invalid(key, node + " is not a number above 0");
    }
    return value;
  }

  /** A number above 0 and below 1. */
  public float epsilon(String key, double byDefault) throws ModelException {
    JsonNode node = root.path(key);
    float value = (float) node.asDouble(byDefault);
    if (!node.isMissingNode() && !node.isNumber() || !(value > 0 && value < 1)) {
      throw invalid(key, node + " is not a number above 0 and below 1");
    }
    return value;
  }

  /** The strings of a list; empty where there is none. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    root.path(key).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /**
   * Names by number, as {@code {"0": "cat", "1": "dog"}} has them, in the order of the numbers, or
   * as a list; empty where there is no such entry.
   *
   * @throws ModelException if a number is left out or a name is not a string
   */
  public List<String> numbered(String key) throws ModelException {
    JsonNode node = root.path(key);
    List<String> names = new ArrayList<>(node.size());
    for (int id = 0; id < node.size(); id++) {
      JsonNode name = node.isArray() ? node.path(id) : node.path(Integer.toString(id));
      if (!name.isTextual()) {
        throw invalid(
            key, "of its %d labels, the one of class %d is missing".formatted(node.size(), id));
      }
      names.add(name.textValue());
    }
    return names;
  }

  /** An error about one entry. */
  public ModelException invalid(String key, String what) {
    return new ModelException(file + ": " + prefix + key + ": " + what);
  }

  private int positive(String key, JsonNode node) throws ModelException {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw invalid(key, node + " is not a whole number of at least 1");
    }
    return node.intValue();
  }
}
