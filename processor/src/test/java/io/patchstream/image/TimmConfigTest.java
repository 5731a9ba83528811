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
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of the file; which pixels that gives, {@link GoldenProcessorsTest} shows. */
class TimmConfigTest {

  private static final Normalisation IMAGENET =
      new Normalisation(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  @TempDir Path folder;

  @Test
  void whatIsLeftOutIsTimmsOwn() throws IOException {
    Preprocessing expected =
        new Preprocessing(
            new Resize.ShortestEdge(256),
            Filter.BICUBIC,
            new Crop(224, 224, Crop.Centring.TORCHVISION, 0),
            IMAGENET);
    assertThat(read("{'pretrained_cfg': {}}")).isEqualTo(expected);
    assertThat(read("{'pretrained_cfg': {'crop_pct': null, 'mean': null, 'crop_mode': null}}"))
        .isEqualTo(expected);
  }

  @Test
  void otherOperatingPointsAndMetadataChangeNothing() throws IOException {
    assertThat(
            read(
                "{'pretrained_cfg': {'fixed_input_size': true, 'test_input_size': [3, 288, 288],"
                    + " 'test_crop_pct': 1.0, 'num_classes': 1000, 'first_conv': 'p',"
                    + " 'classifier': ['head', 'head_dist'], 'pool_size': null}}"))
        .isEqualTo(read("{'pretrained_cfg': {}}"));
  }

  @Test
  void theBorderHasTheMeansColour() throws IOException {
    assertThat(read("{'pretrained_cfg': {'crop_mode': 'border', 'crop_pct': 0.9}}"))
        .isEqualTo(
            new Preprocessing(
                new Resize.KeepRatio(248, 248, true),
                Filter.BICUBIC,
                new Crop(224, 224, Crop.Centring.TORCHVISION, 0x7c7468),
                IMAGENET));
  }

  @Test
  void theFormWithoutASection() throws IOException {
    assertThat(
            read(
                "{'architecture': 'vit_tiny_patch16_224', 'num_features': 192, 'labels': ['a'],"
                    + " 'input_size': [3, 96, 64], 'crop_mode': 'squash', 'crop_pct': 1.0}"))
        .isEqualTo(
            new Preprocessing(
                new Resize.Exact(96, 64),
                Filter.BICUBIC,
                new Crop(96, 64, Crop.Centring.TORCHVISION, 0),
                IMAGENET));
  }

  @Test
  void itWinsOverThatOfTransformers() throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\": 64}");
    assertThat(read("{'pretrained_cfg': {'input_size': [3, 96, 96]}}").crop().height())
        .isEqualTo(96);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'hidden_size': 8}", "{'pretrained_cfg': null}"})
  void otherFoldersAreNotTimms(String config) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\": 64}");
    assertThat(read(config).resize()).isEqualTo(new Resize.Exact(64, 64));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'crop_border_pixels': 4}      | crop_border_pixels",
        "{'crop_mode': 'middle'}        | crop_mode",
        "{'crop_pct': 0}                | crop_pct",
        "{'crop_pct': -1}               | crop_pct",
        "{'crop_pct': 0.01}             | crop_pct",
        "{'crop_pct': '1'}              | crop_pct",
        "{'interpolation': 'random'}    | interpolation",
        "{'input_size': [1, 28, 28]}    | input_size",
        "{'input_size': 224}            | input_size",
        "{'input_size': [3, 0, 224]}    | input_size",
        "{'mean': [0.5]}                | mean",
        "{'std': [1, 0, 1]}             | std"
      })
  void whatCannotBeFollowedIsNamed(String section, String named) {
    assertThatThrownBy(() -> read("{'pretrained_cfg': " + section + "}"))
        .isInstanceOf(PreprocessingException.class)
        .hasMessageContaining(folder.resolve("config.json") + ": ")
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 50, false, 48, 24",
    "50, 100, false, 32, 64",
    "100, 50, true, 32, 16",
    "1, 1000, true, 1, 24",
    "15, 24, true, 15, 24",
    "37, 24, true, 32, 21"
  })
  void theRatioIsKept(int width, int height, boolean inside, int toWidth, int toHeight) {
    Resize resize = new Resize.KeepRatio(24, 32, inside);
    assertThat(List.of(resize.width(width, height), resize.height(width, height)))
        .containsExactly(toWidth, toHeight);
  }

  private Preprocessing read(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
    return Preprocessing.read(folder);
  }
}
