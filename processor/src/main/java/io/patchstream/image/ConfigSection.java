package io.patchstream.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A JSON object that says how pictures are prepared. A key that is left out or null has the default
 * that the caller gives; a value that cannot be followed is refused by the name of its key.
 *
 * @param file where it stands, for messages
 * @param json the object
 */
record ConfigSection(Path file, JsonNode json) {

  /**
   * Reads a file that is one object.
   *
   * @throws NoSuchFileException if there is none
   * @throws PreprocessingException if it is not a JSON object, or cannot be read
   */
  static ConfigSection read(Path file) throws NoSuchFileException, PreprocessingException {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (json == null || !json.isObject()) {
        throw new PreprocessingException(file + " is not a JSON object");
      }
      return new ConfigSection(file, json);
    } catch (NoSuchFileException | PreprocessingException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new PreprocessingException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new PreprocessingException(file + " cannot be read: " + e, e);
    }
  }

  JsonNode get(String key) {
    return json.get(key);
  }

  boolean isSet(String key) {
    return isSet(json.get(key));
  }

  static boolean isSet(JsonNode value) {
    return value != null && !value.isNull();
  }

  /** Refuses a key that is in none of these sets, unless it is null or false: it asks nothing. */
  @SafeVarargs
  final void checkKeys(Set<String>... known) throws PreprocessingException {
    for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      JsonNode value = json.get(key);
      boolean asks = !value.isNull() && !(value.isBoolean() && !value.booleanValue());
      if (asks && Arrays.stream(known).noneMatch(set -> set.contains(key))) {
        throw refuse(key, "is not known and might change the pixels");
      }
    }
  }

  boolean flag(String key, boolean otherwise) throws PreprocessingException {
    if (!isSet(key)) {
      return otherwise;
    }
    if (!json.get(key).isBoolean()) {
      throw refuse(key, "is neither true nor false");
    }
    return json.get(key).booleanValue();
  }

  double number(String key, double otherwise) throws PreprocessingException {
    return isSet(key) ? number(key, json.get(key)) : otherwise;
  }

  private double number(String key, JsonNode value) throws PreprocessingException {
    if (!value.isNumber()) {
      throw refuse(key, "is not made of numbers");
    }
    return value.doubleValue();
  }

  /** Three numbers, or one for all three channels. */
  List<Double> channels(String key, List<Double> otherwise) throws PreprocessingException {
    if (!isSet(key)) {
      return otherwise;
    }
    JsonNode value = json.get(key);
    if (value.isNumber()) {
      return List.of(value.doubleValue(), value.doubleValue(), value.doubleValue());
    }
    if (!value.isArray() || value.size() != Normalisation.CHANNELS) {
      throw refuse(key, "is neither one number nor three");
    }
    List<Double> channels = new ArrayList<>();
    for (JsonNode channel : value) {
      channels.add(number(key, channel));
    }
    return channels;
  }

  /** A side in pixels that stands somewhere in the value of {@code key}. */
  int side(String key, JsonNode value) throws PreprocessingException {
    boolean whole = isSet(value) && value.isIntegralNumber() && value.canConvertToInt();
    return side(key, whole ? value.intValue() : Double.NaN);
  }

  /** A side in pixels that comes of the value of {@code key}, rounded down. */
  int side(String key, double pixels) throws PreprocessingException {
    if (!(pixels >= 1 && pixels < Preprocessing.MAX_SIDE + 1)) {
      throw refuse(key, "does not give sides of 1 to " + Preprocessing.MAX_SIDE + " pixels");
    }
    return (int) pixels;
  }

  /** An error that names the file, the key and its value. */
  PreprocessingException refuse(String key, String why) {
    return new PreprocessingException("%s: %s %s %s".formatted(file, key, json.get(key), why));
  }
}
