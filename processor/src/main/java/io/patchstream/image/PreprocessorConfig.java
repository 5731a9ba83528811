package io.patchstream.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * {@code preprocessor_config.json} of Hugging Face's transformers, for the classes of {@link
 * ImageProcessor}; a file that names none is read as ViT's. What is left out has the default of the
 * class, and the old forms of feature extractors are understood ({@code size} and {@code crop_size}
 * as one number). What the keys ask for is done, also by a class that had no such step when it was
 * first written, as the {@code *Fast} classes do. Those let torchvision resize, which rounds
 * differently from Pillow; here all are resized as Pillow does.
 */
final class PreprocessorConfig {

  private static final String FILE = "preprocessor_config.json";

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

  /** How arrays are handed on in Python, and how labels are; nothing that pixels hang on. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "processor_class",
          "do_convert_rgb",
          "do_reduce_labels",
          "reduce_labels",
          "data_format",
          "input_data_format",
          "return_tensors",
          "device",
          "disable_grouping",
          "_valid_processor_keys");

  private static final Set<String> CONVNEXT_ALONE = Set.of("crop_pct");
  private static final double CONVNEXT_CROP_PCT = 224 / 256.0;

  /** From this side on, ConvNeXt squashes the picture and cuts nothing off. */
  private static final int CONVNEXT_SQUASHES = 384;

  private static final double DEFAULT_RESCALE_FACTOR = 1 / 255.0;

  private final ConfigSection config;
  private final ImageProcessor processor;
  private final Crop.Centring centring;

  private PreprocessorConfig(ConfigSection config) throws PreprocessingException {
    this.config = config;
    String key =
        config.isSet("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
    String type = config.isSet(key) ? config.get(key).asText() : "ViTImageProcessor";
    processor = ImageProcessor.named(type);
    if (processor == null) {
      throw config.refuse(key, "is not one of " + ImageProcessor.allNames().toList());
    }
    centring = type.endsWith("Fast") ? Crop.Centring.TRANSFORMERS_FAST : Crop.Centring.TRANSFORMERS;
    config.checkKeys(KNOWN, WITHOUT_EFFECT, isConvNext() ? CONVNEXT_ALONE : Set.of());
  }

  static Preprocessing read(Path modelFolder) throws PreprocessingException {
    Path file = modelFolder.resolve(FILE);
    try {
      return new PreprocessorConfig(ConfigSection.read(file)).preprocessing();
    } catch (NoSuchFileException e) {
      throw new PreprocessingException(missing(file), e);
    } catch (IllegalArgumentException e) {
      throw new PreprocessingException(file + ": " + e.getMessage(), e);
    }
  }

  private static String missing(Path file) {
    return Files.isDirectory(file.toAbsolutePath().getParent())
        ? file
            + " is missing: it says how pictures are resized and normalised; copy it from where the"
            + " model was published."
        : "There is no model folder " + file.getParent() + ": correct the path.";
  }

  private boolean isConvNext() {
    return processor == ImageProcessor.CONVNEXT || processor == ImageProcessor.CONVNEXT_FAST;
  }

  private Preprocessing preprocessing() throws PreprocessingException {
    Resize resize = config.flag("do_resize", true) ? size() : new Resize.None();
    if (isConvNext()) {
      return convNext(resize);
    }
    Resize.Exact output;
    if (config.flag("do_center_crop", processor.crops())) {
      output = cropSize();
    } else if (resize instanceof Resize.Exact exact) {
      output = exact;
    } else {
      throw new PreprocessingException(
          config.file()
              + " gives pictures of no fixed size: do_center_crop with a crop_size, or do_resize"
              + " with a height and a width, would");
    }
    return preprocessing(resize, output);
  }

  /** The side is divided by crop_pct and rounded down for the resize, and cut out again. */
  private Preprocessing convNext(Resize resize) throws PreprocessingException {
    if (config.flag("do_center_crop", false)) {
      throw config.refuse(
          "do_center_crop", "is not followed: ConvNeXt cuts out what crop_pct says");
    }
    if (!(resize instanceof Resize.ShortestEdge edge)) {
      throw new PreprocessingException(
          config.file() + " gives pictures of no fixed size: ConvNeXt takes a size.shortest_edge");
    }
    int side = edge.pixels();
    Resize.Exact output = new Resize.Exact(side, side);
    if (side >= CONVNEXT_SQUASHES) {
      return preprocessing(output, output);
    }
    double cropPct = config.number("crop_pct", CONVNEXT_CROP_PCT);
    int before = config.side("crop_pct", side / cropPct);
    return preprocessing(new Resize.ShortestEdge(before), output);
  }

  private Preprocessing preprocessing(Resize resize, Resize.Exact output)
      throws PreprocessingException {
    Crop crop = new Crop(output.toHeight(), output.toWidth(), centring, 0);
    return new Preprocessing(resize, filter(), crop, normalisation());
  }

  private Resize size() throws PreprocessingException {
    if (!config.isSet("size")) {
      return processor.size();
    }
    JsonNode size = config.get("size");
    if (ConfigSection.isSet(size.get("shortest_edge"))) {
      checkMembers("size", size, Set.of("shortest_edge"));
      return new Resize.ShortestEdge(config.side("size", size.get("shortest_edge")));
    }
    if (size.isNumber() && !config.flag("default_to_square", processor.squareSize())) {
      return new Resize.ShortestEdge(config.side("size", size));
    }
    return exact("size", size);
  }

  private Resize.Exact cropSize() throws PreprocessingException {
    if (config.isSet("crop_size")) {
      return exact("crop_size", config.get("crop_size"));
    }
    if (processor.cropSize() == null) {
      throw new PreprocessingException(
          config.file() + ": do_center_crop is true, but crop_size is missing");
    }
    return processor.cropSize();
  }

  /** One number for both sides, [height, width], or the two by name. */
  private Resize.Exact exact(String key, JsonNode size) throws PreprocessingException {
    if (size.isArray() && size.size() == 2) {
      return new Resize.Exact(config.side(key, size.get(0)), config.side(key, size.get(1)));
    }
    if (size.isObject()) {
      checkMembers(key, size, Set.of("height", "width"));
      return new Resize.Exact(
          config.side(key, size.get("height")), config.side(key, size.get("width")));
    }
    return new Resize.Exact(config.side(key, size), config.side(key, size));
  }

  private void checkMembers(String key, JsonNode size, Set<String> known)
      throws PreprocessingException {
    for (Iterator<String> names = size.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name) && ConfigSection.isSet(size.get(name))) {
        throw config.refuse(key, "has a member \"" + name + "\", which is not known here");
      }
    }
  }

  private Filter filter() throws PreprocessingException {
    if (!config.isSet("resample")) {
      return processor.filter();
    }
    JsonNode resample = config.get("resample");
    for (Filter filter : Filter.values()) {
      if (resample.isIntegralNumber() && resample.asLong() == filter.code()) {
        return filter;
      }
    }
    throw config.refuse(
        "resample",
        "is not one of 0 (nearest), 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box) and 5"
            + " (Hamming)");
  }

  private Normalisation normalisation() throws PreprocessingException {
    double factor =
        config.flag("do_rescale", true)
            ? config.number("rescale_factor", DEFAULT_RESCALE_FACTOR)
            : 1;
    if (!config.flag("do_normalize", true)) {
      return new Normalisation(factor, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    }
    ImageProcessor.Colours colours = processor.colours();
    return new Normalisation(
        factor,
        config.channels("image_mean", colours.mean()),
        config.channels("image_std", colours.std()));
  }
}
