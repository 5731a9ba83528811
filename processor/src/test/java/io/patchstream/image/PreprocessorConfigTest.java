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
                224,
                224,
                new Normalisation(1 / 255.0, HALVES, HALVES)));
    assertThat(read("{}")).isEqualTo(read("{'feature_extractor_type': 'ViTFeatureExtractor'}"));
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
                224,
                192,
                new Normalisation(0.5, List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 3.0))));
  }

  @Test
  void sizesInEveryForm() throws IOException {
    assertThat(read("{'size': 384}").resize()).isEqualTo(new Resize.Exact(384, 384));
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
        "{'resample': 4}                 | resample",
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
