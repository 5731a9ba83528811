package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorConfigTest {

  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

  @TempDir Path folder;

  @Test
  void whatIsLeftOutIsTheClassesOwn() throws IOException {
    assertThat(read("{'image_processor_type': 'ViTImageProcessor'}"))
        .isEqualTo(
            new Preprocessing(
                new Resize.Exact(224, 224),
                Filter.BILINEAR,
                new Crop(224, 224),
                new Normalisation(1 / 255.0, HALVES, HALVES)));
    assertThat(read("{}")).isEqualTo(read("{'feature_extractor_type': 'ViTFeatureExtractor'}"));
  }

  @ParameterizedTest
  @CsvSource({
    "ViTImageProcessor,          224 x 224, BILINEAR, 224, 0.5",
    "ViTImageProcessorFast,      224 x 224, BILINEAR, 224, 0.5",
    "DeiTImageProcessor,         256 x 256, BICUBIC,  224, 0.5",
    "DeiTFeatureExtractor,       256 x 256, BICUBIC,  224, 0.5",
    "DeiTImageProcessorFast,     256 x 256, BICUBIC,  224, 0.5",
    "BeitImageProcessor,         256 x 256, BICUBIC,  224, 0.5",
    "BeitImageProcessorFast,     224 x 224, BICUBIC,  224, 0.5",
    "CLIPImageProcessor,         224,       BICUBIC,  224, 0.48145466",
    "CLIPFeatureExtractor,       224,       BICUBIC,  224, 0.48145466",
    "SiglipImageProcessor,       224 x 224, BICUBIC,  224, 0.5",
    "BitImageProcessor,          224,       BICUBIC,  224, 0.48145466",
    "ConvNextImageProcessor,     384 x 384, BICUBIC,  384, 0.5",
    "ConvNextImageProcessorFast, 384 x 384, BILINEAR, 384, 0.5"
  })
  void defaultsOfTheClasses(String type, String size, Filter filter, int output, double mean)
      throws IOException {
    Preprocessing preprocessing = read("{'image_processor_type': '" + type + "'}");
    int side = Integer.parseInt(size.split(" ")[0]);
    assertThat(preprocessing.resize())
        .isEqualTo(
            size.contains("x") ? new Resize.Exact(side, side) : new Resize.ShortestEdge(side));
    assertThat(preprocessing.filter()).isEqualTo(filter);
    assertThat(preprocessing.crop().height()).isEqualTo(output);
    assertThat(preprocessing.crop().width()).isEqualTo(output);
    assertThat(preprocessing.normalisation().mean().get(0)).isEqualTo(mean);
  }

  @Test
  void convNextCutsBelow384AndSquashesFromThereOn() throws IOException {
    String type = "{'image_processor_type': 'ConvNextImageProcessor', 'size': {'shortest_edge': ";
    assertThat(read(type + "383}, 'crop_pct': 0.9}").resize())
        .isEqualTo(new Resize.ShortestEdge(425));
    assertThat(read(type + "224}}").resize()).isEqualTo(new Resize.ShortestEdge(256));
    assertThat(read(type + "384}, 'crop_pct': 0.9}").resize())
        .isEqualTo(new Resize.Exact(384, 384));
    assertThat(read(type + "224}, 'crop_pct': null}").crop()).isEqualTo(new Crop(224, 224));
  }

  @Test
  void aNewNameWinsOverAnOldOne() throws IOException {
    assertThat(
            read(
                "{'image_processor_type': 'CLIPImageProcessor',"
                    + " 'feature_extractor_type': 'SomethingOlder'}"))
        .isEqualTo(read("{'feature_extractor_type': 'CLIPFeatureExtractor'}"));
  }

  @Test
  void everythingGiven() throws IOException {
    Preprocessing preprocessing =
        read(
            "{'do_resize': true, 'size': {'shortest_edge': 248}, 'resample': 3,"
                + " 'do_center_crop': true, 'crop_size': {'height': 224, 'width': 192},"
                + " 'do_rescale': true, 'rescale_factor': 0.5, 'do_normalize': true,"
                + " 'image_mean': [0.1, 0.2, 0.3], 'image_std': [1, 2, 3],"
                + " 'do_convert_rgb': null, 'data_format': 'channels_first',"
                + " 'image_processor_type': 'ViTImageProcessorFast', 'do_pad': false,"
                + " 'pad_size': null}");
    assertThat(preprocessing)
        .isEqualTo(
            new Preprocessing(
                new Resize.ShortestEdge(248),
                Filter.BICUBIC,
                new Crop(224, 192, Crop.Centring.TRANSFORMERS_FAST, 0),
                new Normalisation(0.5, List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 3.0))));
  }

  @Test
  void sizesInEveryForm() throws IOException {
    assertThat(read("{'size': 384}").resize()).isEqualTo(new Resize.Exact(384, 384));
    assertThat(read("{'size': {'height': 9, 'width': 8, 'shortest_edge': null}}").resize())
        .isEqualTo(new Resize.Exact(9, 8));
    assertThat(read("{'size': [100, 200]}").resize()).isEqualTo(new Resize.Exact(100, 200));
    assertThat(read("{'size': {'height': 100, 'width': 200}}").resize())
        .isEqualTo(new Resize.Exact(100, 200));
    String cropped = "'do_center_crop': true, 'crop_size': 64}";
    assertThat(read("{'size': 96, 'default_to_square': false, " + cropped).resize())
        .isEqualTo(new Resize.ShortestEdge(96));
    assertThat(read("{'do_resize': false, " + cropped).resize()).isEqualTo(new Resize.None());
  }

  @Test
  void stepsThatAreSwitchedOff() throws IOException {
    Normalisation none = read("{'do_rescale': false, 'do_normalize': false}").normalisation();
    assertThat(none.table()[200]).isEqualTo(200);
    assertThat(none.table()[2 * 256 + 255]).isEqualTo(255);
  }

  @Test
  void normalisesInFloat32() throws IOException {
    float[] table = read("{}").normalisation().table();
    assertThat(table).hasSize(768);
    assertThat(table[0]).isEqualTo(-1);
    assertThat(table[255]).isEqualTo(1);
    assertThat(table[256 + 100]).isEqualTo(((float) (100 * (1 / 255.0)) - 0.5f) / 0.5f);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 50, 496, 248",
    "333, 222, 372, 248",
    "222, 333, 248, 372",
    "97, 211, 248, 539",
    "248, 248, 248, 248",
    "640, 90, 1763, 248"
  })
  void theLongerSideIsRoundedDown(int width, int height, int toWidth, int toHeight) {
    Resize resize = new Resize.ShortestEdge(248);
    assertThat(resize.width(width, height)).isEqualTo(toWidth);
    assertThat(resize.height(width, height)).isEqualTo(toHeight);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'do_flip_channels': true}      | do_flip_channels",
        "{'crop_pct': 0.9}               | crop_pct",
        "{'image_processor_type': 'Foo'} | image_processor_type",
        "{'feature_extractor_type': 'F'} | feature_extractor_type",
        "{'rescale_offset': true}        | rescale_offset",
        "{'use_square_size': true}       | use_square_size",
        "{'image_processor_type': 'SiglipImageProcessor', 'size': 224}              | fixed size",
        "{'image_processor_type': 'ConvNextImageProcessor', 'size': [9, 9]}         | shortest_edge",
        "{'image_processor_type': 'ConvNextImageProcessor', 'do_resize': false}     | fixed size",
        "{'image_processor_type': 'ConvNextImageProcessor', 'size': 9, 'crop_pct': 0} | crop_pct",
        "{'image_processor_type': 'ConvNextImageProcessor', 'do_center_crop': true} | do_center_crop",
        "{'resample': 6}                 | resample",
        "{'resample': '3'}               | resample",
        "{'size': 0}                     | size",
        "{'size': 20000}                 | size",
        "{'size': 22.5}                  | size",
        "{'size': [1, 2, 3]}             | size",
        "{'size': {'height': 3}}         | size",
        "{'size': {'height': 3, 'width': 3, 'longest_edge': 9}} | longest_edge",
        "{'size': {'shortest_edge': 3, 'longest_edge': 9}}      | longest_edge",
        "{'size': {'shortest_edge': 3}}  | fixed size",
        "{'do_resize': false}            | fixed size",
        "{'do_resize': 1}                | do_resize",
        "{'do_center_crop': true}        | crop_size",
        "{'image_mean': [1, 2]}          | image_mean",
        "{'image_mean': 'a'}             | image_mean",
        "{'image_mean': [1, 2, true]}    | image_mean",
        "{'image_std': [1, 0, 1]}        | std",
        "{'rescale_factor': 'x'}         | rescale_factor",
        "[]                              | JSON object",
        "{'size'                         | not JSON"
      })
  void whatCannotBeFollowedIsNamed(String config, String named) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(PreprocessingException.class)
        .hasMessageContaining("preprocessor_config.json")
        .hasMessageContaining(named);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Preprocessing.read(folder))
        .isInstanceOf(PreprocessingException.class)
        .hasMessageStartingWith(folder.resolve("preprocessor_config.json") + " is missing: ");
  }

  @Test
  void aMissingFolderIsNamed() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> Preprocessing.read(absent))
        .isInstanceOf(PreprocessingException.class)
        .hasMessage("There is no model folder " + absent + ": correct the path.");
  }

  private Preprocessing read(String config) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), config.replace('\'', '"'));
    return Preprocessing.read(folder);
  }
}
