package io.patchstream.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * timm's {@code pretrained_cfg} in {@code config.json}: what {@code resolve_data_config} and {@code
 * transforms_imagenet_eval} of {@code timm.data} make of it. Before {@code pretrained_cfg} had its
 * own place, its keys stood in the file itself: that is read too.
 *
 * <p>A model is run at the {@code input_size} and with the {@code crop_pct} that it was trained
 * with. {@code test_input_size} and {@code test_crop_pct} are another operating point of the same
 * weights, which timm takes only when asked; {@code fixed_input_size} says what the model allows,
 * and changes no pixel at its own size. All three are read over.
 */
final class TimmConfig {

  private static final String FILE = "config.json";

  private static final Set<String> KNOWN =
      Set.of("input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std");

  /** Where the weights are from, what the head is, and other operating points. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "url",
          "file",
          "state_dict",
          "hf_hub_id",
          "hf_hub_filename",
          "source",
          "architecture",
          "tag",
          "custom_load",
          "test_input_size",
          "test_crop_pct",
          "min_input_size",
          "fixed_input_size",
          "num_classes",
          "label_offset",
          "label_names",
          "label_descriptions",
          "pool_size",
          "test_pool_size",
          "first_conv",
          "classifier",
          "license",
          "description",
          "origin_url",
          "paper_name",
          "paper_ids",
          "notes",
          // Beside the keys of the old form, which has no section of its own:
          "num_features",
          "global_pool",
          "labels",
          "model_args");

  private static final Map<String, Filter> FILTERS =
      Map.of(
          "nearest", Filter.NEAREST,
          "lanczos", Filter.LANCZOS,
          "bilinear", Filter.BILINEAR,
          "bicubic", Filter.BICUBIC,
          "box", Filter.BOX,
          "hamming", Filter.HAMMING);

  private static final int DEFAULT_SIDE = 224;
  private static final double DEFAULT_CROP_PCT = 0.875;
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  private final ConfigSection config;

  private TimmConfig(ConfigSection config) {
    this.config = config;
  }

  /** Empty if the folder is none of timm's. */
  static Optional<Preprocessing> read(Path modelFolder) throws PreprocessingException {
    Path file = modelFolder.resolve(FILE);
    try {
      ConfigSection whole = ConfigSection.read(file);
      JsonNode section = whole.get("pretrained_cfg");
      if (section != null && section.isObject()) {
        return Optional.of(new TimmConfig(new ConfigSection(file, section)).preprocessing());
      }
      boolean oldForm = whole.isSet("architecture") && whole.isSet("input_size");
      return oldForm ? Optional.of(new TimmConfig(whole).preprocessing()) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new PreprocessingException(file + ": " + e.getMessage(), e);
    }
  }

  private Preprocessing preprocessing() throws PreprocessingException {
    config.checkKeys(KNOWN, WITHOUT_EFFECT);
    List<Double> mean = config.channels("mean", IMAGENET_MEAN);
    List<Double> std = config.channels("std", IMAGENET_STD);
    Normalisation normalisation = new Normalisation(1 / 255.0, mean, std);
    Resize.Exact output = inputSize();
    double cropPct = config.number("crop_pct", DEFAULT_CROP_PCT);
    int height = config.side("crop_pct", output.toHeight() / cropPct);
    int width = config.side("crop_pct", output.toWidth() / cropPct);
    Filter filter = filter();
    Resize resize;
    int background = 0;
    switch (cropMode()) {
      case "squash" -> resize = new Resize.Exact(height, width);
      case "border" -> {
        resize = new Resize.KeepRatio(height, width, true);
        background = colour(mean);
      }
      default -> {
        resize =
            height == width
                ? new Resize.ShortestEdge(height)
                : new Resize.KeepRatio(height, width, false);
        // timm hands no interpolation on to this one, whose default is bilinear.
        filter = height == width ? filter : Filter.BILINEAR;
      }
    }
    Crop crop =
        new Crop(output.toHeight(), output.toWidth(), Crop.Centring.TORCHVISION, background);
    return new Preprocessing(resize, filter, crop, normalisation);
  }

  /** [channels, height, width] */
  private Resize.Exact inputSize() throws PreprocessingException {
    if (!config.isSet("input_size")) {
      return new Resize.Exact(DEFAULT_SIDE, DEFAULT_SIDE);
    }
    JsonNode size = config.get("input_size");
    if (!size.isArray() || size.size() != 3 || size.get(0).asInt() != Normalisation.CHANNELS) {
      throw config.refuse("input_size", "is not 3 channels, a height and a width");
    }
    return new Resize.Exact(
        config.side("input_size", size.get(1)), config.side("input_size", size.get(2)));
  }

  private Filter filter() throws PreprocessingException {
    if (!config.isSet("interpolation")) {
      return Filter.BICUBIC;
    }
    Filter filter = FILTERS.get(config.get("interpolation").asText());
    if (filter == null) {
      throw config.refuse(
          "interpolation", "is not one of " + FILTERS.keySet().stream().sorted().toList());
    }
    return filter;
  }

  private String cropMode() throws PreprocessingException {
    String mode = config.isSet("crop_mode") ? config.get("crop_mode").asText() : "center";
    if (!Set.of("center", "squash", "border").contains(mode)) {
      throw config.refuse("crop_mode", "is not one of center, squash and border");
    }
    return mode;
  }

  /** The mean colour of the training pictures, as bytes. */
  private static int colour(List<Double> mean) {
    int colour = 0;
    for (double channel : mean) {
      colour = colour << 8 | (int) Math.max(0, Math.min(255, Math.rint(255 * channel)));
    }
    return colour;
  }
}
