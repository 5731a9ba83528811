package io.patchstream.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * {@code preprocessor_config.json} of Hugging Face's {@code ViTImageProcessor}, {@code
 * ViTImageProcessorFast} and {@code ViTFeatureExtractor}. What is left out has the default of those
 * classes. A key that is not known is refused, unless it is null or false and so asks for nothing.
 */
final class PreprocessorConfig {

  private static final String FILE = "preprocessor_config.json";

  private static final Set<String> CLASSES =
      Set.of("ViTImageProcessor", "ViTImageProcessorFast", "ViTFeatureExtractor");

  private static final Set<String> KNOWN =
      Set.of(
          "image_processor_type",
          "feature_extractor_type",
          "do_resize",
          "size",
          "default_to_square",
          "resample",
          "do_center_crop",
          "crop_size",
          "do_rescale",
          "rescale_factor",
          "do_normalize",
          "image_mean",
          "image_std");

  /** How arrays are handed on in Python; nothing that pixels hang on. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "processor_class",
          "do_convert_rgb",
          "data_format",
          "input_data_format",
          "return_tensors",
          "device",
          "disable_grouping",
          "_valid_processor_keys");

  private static final int DEFAULT_SIDE = 224;
  private static final double DEFAULT_RESCALE_FACTOR = 1 / 255.0;
  private static final double DEFAULT_MEAN_AND_STD = 0.5;

  private final Path file;
  private final JsonNode config;

  private PreprocessorConfig(Path file, JsonNode config) {
    this.file = file;
    this.config = config;
  }

  static Preprocessing read(Path modelFolder) throws PreprocessingException {
    Path file = modelFolder.resolve(FILE);
    PreprocessorConfig config = new PreprocessorConfig(file, parse(file));
    config.checkKeys();
    try {
      return config.preprocessing();
    } catch (IllegalArgumentException e) {
      throw new PreprocessingException(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(Path file) throws PreprocessingException {
    try {
      JsonNode config = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (config == null || !config.isObject()) {
        throw new PreprocessingException(file + " is not a JSON object");
      }
      return config;
    } catch (NoSuchFileException e) {
      throw new PreprocessingException(missing(file), e);
    } catch (JsonProcessingException e) {
      throw new PreprocessingException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (PreprocessingException e) {
      throw e;
    } catch (IOException e) {
      throw new PreprocessingException(file + " cannot be read: " + e, e);
    }
  }

  private static String missing(Path file) {
    return Files.isDirectory(file.toAbsolutePath().getParent())
        ? file
            + " is missing: it says how pictures are resized and normalised; copy it from where the"
            + " model was published."
        : "There is no model folder " + file.getParent() + ": correct the path.";
  }

  private void checkKeys() throws PreprocessingException {
    for (String key : new String[] {"image_processor_type", "feature_extractor_type"}) {
      JsonNode type = config.get(key);
      if (isSet(type) && !CLASSES.contains(type.asText())) {
        throw refuse(key, "is not one of " + CLASSES.stream().sorted().toList());
      }
    }
    for (Iterator<String> keys = config.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      boolean known = KNOWN.contains(key) || WITHOUT_EFFECT.contains(key);
      if (!known && asksForSomething(config.get(key))) {
        throw refuse(key, "is not known and might change the pixels");
      }
    }
  }

  private static boolean isSet(JsonNode value) {
    return value != null && !value.isNull();
  }

  private static boolean asksForSomething(JsonNode value) {
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  private Preprocessing preprocessing() throws PreprocessingException {
    Resize resize = flag("do_resize", true) ? resize() : new Resize.None();
    Resize.Exact output;
    if (flag("do_center_crop", false)) {
      output = crop();
    } else if (resize instanceof Resize.Exact exact) {
      output = exact;
    } else {
      throw new PreprocessingException(
          file
              + " gives pictures of no fixed size: do_center_crop with a crop_size, or do_resize"
              + " with a height and a width, would");
    }
    return new Preprocessing(
        resize, filter(), output.toHeight(), output.toWidth(), normalisation());
  }

  private Resize resize() throws PreprocessingException {
    JsonNode size = config.get("size");
    if (isSet(size) && size.isObject() && size.has("shortest_edge")) {
      checkMembers("size", size, Set.of("shortest_edge"));
      return new Resize.ShortestEdge(side("size", size.get("shortest_edge")));
    }
    if (isSet(size) && size.isNumber() && !flag("default_to_square", true)) {
      return new Resize.ShortestEdge(side("size", size));
    }
    return isSet(size) ? exact("size", size) : new Resize.Exact(DEFAULT_SIDE, DEFAULT_SIDE);
  }

  private Resize.Exact crop() throws PreprocessingException {
    JsonNode size = config.get("crop_size");
    if (!isSet(size)) {
      throw new PreprocessingException(file + ": do_center_crop is true, but crop_size is missing");
    }
    return exact("crop_size", size);
  }

  /** One number for both sides, [height, width], or the two by name. */
  private Resize.Exact exact(String key, JsonNode size) throws PreprocessingException {
    if (size.isArray() && size.size() == 2) {
      return new Resize.Exact(side(key, size.get(0)), side(key, size.get(1)));
    }
    if (size.isObject()) {
      checkMembers(key, size, Set.of("height", "width"));
      return new Resize.Exact(side(key, size.get("height")), side(key, size.get("width")));
    }
    return new Resize.Exact(side(key, size), side(key, size));
  }

  private void checkMembers(String key, JsonNode size, Set<String> known)
      throws PreprocessingException {
    for (Iterator<String> names = size.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name) && isSet(size.get(name))) {
        throw refuse(key, "has a member \"" + name + "\", which is not known here");
      }
    }
  }

  private int side(String key, JsonNode value) throws PreprocessingException {
    boolean whole = isSet(value) && value.isIntegralNumber() && value.canConvertToInt();
    if (!whole || value.intValue() < 1 || value.intValue() > Preprocessing.MAX_SIDE) {
      throw refuse(key, "does not give sides of 1 to " + Preprocessing.MAX_SIDE + " pixels");
    }
    return value.intValue();
  }

  private Filter filter() throws PreprocessingException {
    JsonNode resample = config.get("resample");
    if (!isSet(resample)) {
      return Filter.BILINEAR;
    }
    for (Filter filter : Filter.values()) {
      if (resample.isIntegralNumber() && resample.asLong() == filter.code()) {
        return filter;
      }
    }
    throw refuse(
        "resample", "is not one of 0 (nearest), 1 (Lanczos), 2 (bilinear) and 3 (bicubic)");
  }

  private Normalisation normalisation() throws PreprocessingException {
    double factor = flag("do_rescale", true) ? rescaleFactor() : 1;
    return flag("do_normalize", true)
        ? new Normalisation(factor, channels("image_mean"), channels("image_std"))
        : new Normalisation(factor, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  }

  private double rescaleFactor() throws PreprocessingException {
    JsonNode factor = config.get("rescale_factor");
    return isSet(factor) ? number("rescale_factor", factor) : DEFAULT_RESCALE_FACTOR;
  }

  /** Three numbers, or one for all three channels. */
  private List<Double> channels(String key) throws PreprocessingException {
    JsonNode value = config.get(key);
    if (!isSet(value) || value.isNumber()) {
      double one = isSet(value) ? number(key, value) : DEFAULT_MEAN_AND_STD;
      return List.of(one, one, one);
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

  private double number(String key, JsonNode value) throws PreprocessingException {
    if (!value.isNumber()) {
      throw refuse(key, "is not made of numbers");
    }
    return value.doubleValue();
  }

  private boolean flag(String key, boolean otherwise) throws PreprocessingException {
    JsonNode value = config.get(key);
    if (!isSet(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw refuse(key, "is neither true nor false");
    }
    return value.booleanValue();
  }

  private PreprocessingException refuse(String key, String why) {
    return new PreprocessingException("%s: %s %s %s".formatted(file, key, config.get(key), why));
  }
}
