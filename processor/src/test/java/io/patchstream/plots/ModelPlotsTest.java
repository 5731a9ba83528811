package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Crop;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.model.Model;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden checkpoints of many kinds, drawn. */
class ModelPlotsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path PICTURES = GOLDEN.resolve("preprocess/images");
  private static final String HOSTILE = "<script>alert('x')</script>&\".png";
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_vit",
        "hf_siglip_classifier",
        "google_npz",
        "timm_deit_distilled",
        "timm_so150m_reg4_map",
        "vit_pytorch_simple"
      })
  void aCheckpointIsDrawnWhole(String name) throws Exception {
    String page = draw(name, List.of(picture("gray.png"), picture("rgb_97x211.png")));

    assertThat(links(page))
        .containsExactly(
            "positions.png",
            "positions-interpolated.png",
            "filters.png",
            "attention-distance.png",
            "rollout-01.png",
            "rollout-02.png");
    assertThat(page).doesNotContain("class=\"missing\"");
    for (String file : links(page)) {
      assertThat(colours(ImageIO.read(folder.resolve(file).toFile()))).as(file).isGreaterThan(20);
    }
  }

  @Test
  void anOnnxFileSaysWhatCannotBeDrawn() throws Exception {
    String vit = draw("onnx_vit", List.of(picture("gray.png")));
    assertThat(links(vit)).containsExactly("positions.png", "positions-interpolated.png");
    assertThat(vit).contains("does not tell which of its weights").contains("does not give out");

    String swin = draw("onnx_swin", List.of());
    assertThat(links(swin)).isEmpty();
    assertThat(swin).contains("no table of positions");
  }

  @Test
  void withoutImagesThereAreWavesAndNoRollout() throws Exception {
    String page = draw("hf_vit", List.of());
    assertThat(links(page)).contains("attention-distance.png").doesNotContain("rollout-01.png");
    assertThat(page).contains("4 generated pictures").contains("no images were given");
  }

  @Test
  void whatComesFromOutsideStaysText() throws Exception {
    NamedImage good = new NamedImage(HOSTILE, picture("gray.png").content());
    NamedImage broken = new NamedImage("broken" + HOSTILE, () -> new byte[] {1, 2, 3});
    String page = draw("hf_vit", List.of(good, broken));

    assertThat(page).doesNotContain("<script").doesNotContain(HOSTILE);
    assertThat(page)
        .contains(
            "Attention rollout of &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;.png")
        .contains("broken&lt;script&gt;");
    assertThat(links(page)).contains("rollout-01.png").doesNotContain("rollout-02.png");
  }

  @Test
  void anImageThatCannotBeReadIsTold() throws Exception {
    NamedImage missing =
        new NamedImage(
            "missing.png",
            () -> {
              throw new IOException("gone");
            });
    try (Model model = Model.open(GOLDEN.resolve("hf_vit"))) {
      ModelPlots.Drawn drawn = plots("hf_vit", model).draw(List.of(missing), folder);
      assertThat(drawn.failures()).containsOnlyKeys("missing.png");
      assertThat(Files.readString(drawn.page()))
          .contains("missing.png: not drawn: java.io.IOException: gone");
    }
  }

  private String draw(String name, List<NamedImage> images) throws Exception {
    try (Model model = Model.open(GOLDEN.resolve(name))) {
      return Files.readString(plots(name, model).draw(images, folder).page());
    }
  }

  private static ModelPlots plots(String name, Model model) throws Exception {
    Preprocessing preprocessing = Preprocessing.read(GOLDEN.resolve(name));
    Crop own = preprocessing.crop();
    ImageOptions images =
        new ImageOptions(
            preprocessing,
            model.description().patchSize(own.height(), own.width()),
            new Resolution(Resolution.Mode.FIXED, 1000),
            new ImageLimits(1 << 20, 1 << 20),
            true);
    return new ModelPlots(model, images, 1);
  }

  private static NamedImage picture(String name) {
    return new NamedImage(name, () -> Files.readAllBytes(PICTURES.resolve(name)));
  }

  private static List<String> links(String page) {
    return LINK.matcher(page).results().map(link -> link.group(1)).toList();
  }

  private static int colours(BufferedImage image) {
    BitSet colours = new BitSet();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.set(image.getRGB(x, y) & 0xffffff);
      }
    }
    return colours.cardinality();
  }
}
