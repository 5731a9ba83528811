package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.patchstream.image.Preprocessing;
import io.patchstream.model.Model;
import io.patchstream.model.Work;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void tellsWhatACheckpointIs() {
    assertThat(inspect("hf_vit")).as(err.toString()).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "name            hf_vit",
            "layout          huggingface/vit",
            "revision        c0f9b4363a520a63",
            "parameters      96,490, published in float32",
            "work            0.00759 GFLOPs an image (0.00380 G multiply-adds)",
            "precision       fp32 or int8",
            "image           48x48, 6x6 patches of 8, prefix tokens: 1; any other grid too",
            "positions       trained at 6x6, bicubic to any other grid",
            "embedding       48, of class token",
            "labels          10, softmax: label_0, label_1, label_2, label_3, label_4, ...",
            "preprocessing   resize 48x48, bilinear; crop 48x48",
            "                times 0.00392156862745098, minus [0.5, 0.5, 0.5], over [0.5, 0.5, 0.5]");
  }

  @Test
  void tellsWhatTheEmbeddingIs() {
    inspect("hf_clip");
    assertThat(out.toString()).contains("embedding       32, of class token, projected");

    inspect("hf_dinov2_swiglu");
    assertThat(out.toString()).contains("embedding       24, of class token\n");
  }

  @Test
  void tellsWhatAnOnnxFileWasRecognisedAs() {
    inspect("onnx_vit");
    assertThat(out.toString())
        .contains("onnx/vit")
        .contains("its positions are an input; embedding from /Gather_1_output_0")
        .contains("48x48, 6x6 patches of 8")
        .contains("trained at 6x6, bicubic");

    inspect("onnx_swin");
    assertThat(out.toString())
        .contains("onnx/classifier")
        .contains("as it is, since its input has a fixed size, 64x64; embedding from /head/")
        .contains("64x64; no other size");
  }

  @Test
  void tellsAModelWithoutAHead() {
    inspect("hf_clip_vision");
    assertThat(out.toString()).contains("none: it has no head");
  }

  @Test
  void tellsMachinesInJson() throws Exception {
    assertThat(inspect("hf_vit", "--json")).isZero();

    JsonNode model = JsonMapper.builder().build().readTree(out.toString());
    assertThat(model.path("revision").textValue()).isEqualTo("c0f9b4363a520a63");
    assertThat(model.path("parameters").intValue()).isEqualTo(96_490);
    assertThat(model.path("multiply_adds").longValue()).isEqualTo(multiplyAddsByHand());
    assertThat(model.path("image").path("rows").intValue()).isEqualTo(6);
    assertThat(model.path("positions").path("interpolation").textValue()).isEqualTo("bicubic");
    assertThat(model.path("labels")).hasSize(10);
    assertThat(model.path("preprocessing").path("resize").textValue()).isEqualTo("48x48");
    assertThat(model.has("recognised")).isFalse();
  }

  /** D = 48, MLP of 192, three blocks, 37 tokens of 36 patches and one, 10 classes. */
  private static long multiplyAddsByHand() {
    long block = 37 * (4 * 48 * 48 + 2 * 48 * 192) + 2 * 37 * 37 * 48;
    return 36 * 192 * 48 + 3 * block + 48 * 10;
  }

  /** torchvision's table says 17.56 for vit_b_16, of multiply-adds. */
  @Test
  void workIsCountedAsPapersDo() {
    int d = 768;
    Work vitB = new Work(1000 * d, d * d, 12 * 12 * d * d, 2 * 12 * d);
    assertThat(vitB.multiplyAdds(14 * 14, 1) / 10_000_000).isEqualTo(1756);
  }

  @Test
  void theLogSaysItInOneLine() throws Exception {
    Path folder = GOLDEN.resolve("onnx_vit");
    try (Model model = Model.open(folder)) {
      assertThat(ModelSummary.of(model, Preprocessing.read(folder)))
          .hasToString(
              "onnx_vit, onnx/vit (its positions are an input; embedding from /Gather_1_output_0),"
                  + " revision c7324c8f298cddd1; 0.0965 M parameters; images of 48x48, 6x6 patches"
                  + " of 8; embedding of 48; 10 classes");
    }
  }

  @Test
  void whatIsNoModelIsTold() {
    assertThat(inspect("preprocess")).isEqualTo(1);
    assertThat(err.toString()).contains("model.safetensors is missing");
  }

  @Test
  void drawsPlotsAndTellsWhatItCouldNotRead(@TempDir Path folder) throws Exception {
    Path broken = Files.write(folder.resolve("broken.png"), new byte[] {1, 2, 3});
    Path picture = GOLDEN.resolve("preprocess/images/gray.png");
    Path plots = folder.resolve("new/plots");

    assertThat(
            inspect("hf_vit", "--plots", plots.toString(), picture.toString(), broken.toString()))
        .isEqualTo(1);
    assertThat(out.toString()).contains("plots           " + plots.resolve("index.html"));
    assertThat(err.toString()).startsWith(broken + ": ");
    assertThat(plots.resolve("rollout-01.png")).isNotEmptyFile();
    assertThat(Files.readString(plots.resolve("index.html"))).contains(broken + ": not drawn: ");
  }

  @Test
  void imagesAreForPlots() {
    String picture = GOLDEN.resolve("preprocess/images/gray.png").toString();
    assertThat(inspect("hf_vit", picture)).isEqualTo(2);
    assertThat(err.toString()).contains("--plots DIR");
  }

  private int inspect(String model, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("inspect", "--model", GOLDEN.resolve(model).toString()));
    arguments.addAll(Arrays.asList(options));
    return PatchStream.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
