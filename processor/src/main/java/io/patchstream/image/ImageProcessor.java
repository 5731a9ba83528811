package io.patchstream.image;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image processors of Hugging Face's transformers that are followed, and what each does where
 * its {@code preprocessor_config.json} is silent: the defaults of the constructors in {@code
 * image_processing_NAME.py}, and where those differ the class fields of {@code
 * image_processing_NAME_fast.py}. All work in one order: resize, cut out the middle, rescale,
 * normalise.
 */
enum ImageProcessor {
  VIT(
      squash(224),
      true,
      Filter.BILINEAR,
      null,
      false,
      Colours.HALVES,
      "ViTImageProcessor",
      "ViTImageProcessorFast",
      "ViTFeatureExtractor"),
  DEIT(
      squash(256),
      true,
      Filter.BICUBIC,
      squash(224),
      true,
      Colours.HALVES,
      "DeiTImageProcessor",
      "DeiTImageProcessorFast",
      "DeiTFeatureExtractor"),
  BEIT(
      squash(256),
      true,
      Filter.BICUBIC,
      squash(224),
      true,
      Colours.HALVES,
      "BeitImageProcessor",
      "BeitFeatureExtractor"),
  BEIT_FAST(
      squash(224),
      true,
      Filter.BICUBIC,
      squash(224),
      false,
      Colours.HALVES,
      "BeitImageProcessorFast"),
  CLIP(
      new Resize.ShortestEdge(224),
      false,
      Filter.BICUBIC,
      squash(224),
      true,
      Colours.OPENAI,
      "CLIPImageProcessor",
      "CLIPImageProcessorFast",
      "CLIPFeatureExtractor"),
  SIGLIP(
      squash(224),
      false,
      Filter.BICUBIC,
      null,
      false,
      Colours.HALVES,
      "SiglipImageProcessor",
      "SiglipImageProcessorFast"),
  /** What DINOv2 is published with. */
  BIT(
      new Resize.ShortestEdge(224),
      false,
      Filter.BICUBIC,
      squash(224),
      true,
      Colours.OPENAI,
      "BitImageProcessor",
      "BitImageProcessorFast"),
  CONVNEXT(
      new Resize.ShortestEdge(384),
      false,
      Filter.BICUBIC,
      null,
      false,
      Colours.HALVES,
      "ConvNextImageProcessor",
      "ConvNextFeatureExtractor"),
  CONVNEXT_FAST(
      new Resize.ShortestEdge(384),
      false,
      Filter.BILINEAR,
      null,
      false,
      Colours.HALVES,
      "ConvNextImageProcessorFast");

  /**
   * What is subtracted from red, green and blue, and what they are divided by.
   *
   * @param mean of red, green and blue
   * @param std of red, green and blue
   */
  record Colours(List<Double> mean, List<Double> std) {
    static final Colours HALVES = new Colours(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    static final Colours OPENAI =
        new Colours(
            List.of(0.48145466, 0.4578275, 0.40821073),
            List.of(0.26862954, 0.26130258, 0.27577711));
  }

  private final Resize size;
  private final boolean squareSize;
  private final Filter filter;
  private final Resize.Exact cropSize;
  private final boolean crops;
  private final Colours colours;
  private final List<String> names;

  /**
   * The columns are {@code size}; whether a {@code size} of one number means both sides
   * (default_to_square), not the shorter one; {@code resample}; {@code crop_size}, null where there
   * is none; {@code do_center_crop}; {@code image_mean} and {@code image_std}; the names.
   */
  ImageProcessor(
      Resize size,
      boolean squareSize,
      Filter filter,
      Resize.Exact cropSize,
      boolean crops,
      Colours colours,
      String... names) {
    this.size = size;
    this.squareSize = squareSize;
    this.filter = filter;
    this.cropSize = cropSize;
    this.crops = crops;
    this.colours = colours;
    this.names = List.of(names);
  }

  private static Resize.Exact squash(int side) {
    return new Resize.Exact(side, side);
  }

  /** The processor of this name, or null. */
  static ImageProcessor named(String name) {
    return Arrays.stream(values())
        .filter(processor -> processor.names.contains(name))
        .findFirst()
        .orElse(null);
  }

  static Stream<String> allNames() {
    return Arrays.stream(values()).flatMap(processor -> processor.names.stream()).sorted();
  }

  Resize size() {
    return size;
  }

  boolean squareSize() {
    return squareSize;
  }

  Filter filter() {
    return filter;
  }

  /** Null where the class has no default. */
  Resize.Exact cropSize() {
    return cropSize;
  }

  boolean crops() {
    return crops;
  }

  Colours colours() {
    return colours;
  }
}
