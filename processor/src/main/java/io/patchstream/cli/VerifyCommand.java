package io.patchstream.cli;

import io.patchstream.image.Crop;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.Verification;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: holds a model, as it is run here, against what its own framework gave. */
@Command(
    name = "verify",
    description = {
      "Compares a model, as it is run here, with reference tensors of its own framework, and prints"
          + " the largest absolute difference of each.",
      "Fails if one is above the tolerance, or if nothing was compared."
    },
    usageHelpWidth = 100,
    footerHeading = "%nFive statements of PyTorch that write a reference from one picture:%n%n",
    footer = {
      "  import PIL.Image, transformers as hf; from safetensors.torch import save_file",
      "  vit = hf.ViTForImageClassification.from_pretrained(\"MODEL\").eval().requires_grad_(False)",
      "  cat = PIL.Image.open(\"IMAGES/cat.png\").convert(\"RGB\")",
      "  x = hf.ViTImageProcessor.from_pretrained(\"MODEL\")(cat, return_tensors=\"pt\").pixel_values",
      "  save_file({\"224x224/pixel_values\": x, \"224x224/logits\": vit(x).logits,",
      "      \"224x224/cls_embedding\": vit.vit(x)[0][:, 0].contiguous(),",
      "      \"file:cat.png/logits\": vit(x).logits}, \"cases.safetensors\")",
      "",
      "Then: patchstream verify --model MODEL --cases cases.safetensors --images IMAGES"
    })
final class VerifyCommand implements Callable<Integer> {

  private static final String ROW = "%-24s  %-20s  %-16s  %12s%n";

  @Mixin private ModelFolderOptions published;

  @Option(
      names = "--cases",
      required = true,
      paramLabel = "FILE",
      description = {
        "Reference tensors, a safetensors file. For a size: HxW/pixel_values [N, 3, H, W] and any"
            + " of HxW/position_embeddings [1, tokens, D], HxW/cls_embedding [N, D], HxW/logits"
            + " [N, classes]. For a picture: file:NAME/cls_embedding, file:NAME/logits."
      })
  private Path cases;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "The folder of the pictures that the cases name.")
  private Path pictures;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "1e-4",
      description = "Largest difference allowed, ${DEFAULT-VALUE} unless set.")
  private float tolerance;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (Model model = published.open()) {
      EngineOptions options = EngineOptions.defaults(Runtime.getRuntime().availableProcessors());
      Verification.Report report =
          Verification.run(model, images(model.description()), options, cases, pictures);
      print(report);
      return report.holds(tolerance) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /** At the model's own size, and without limits: the pictures are the user's own. */
  private ImageOptions images(ModelDescription model) throws Exception {
    Preprocessing preprocessing = Preprocessing.read(published.folder());
    Crop own = preprocessing.crop();
    return new ImageOptions(
        preprocessing,
        model.patchSize(own.height(), own.width()),
        new Resolution(Resolution.Mode.FIXED, 1),
        new ImageLimits(Integer.MAX_VALUE, Integer.MAX_VALUE),
        true);
  }

  private void print(Verification.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(ROW, "case", "tensor", "shape", "difference");
    for (Verification.Comparison row : report.comparisons()) {
      String difference = "%.2e".formatted(row.difference());
      out.printf(ROW, row.testCase(), row.what(), row.shape(), difference);
    }
    report.notCompared().forEach(name -> out.printf("Not compared: %s%n", name));
    out.println(verdict(report));
    out.flush();
  }

  private String verdict(Verification.Report report) {
    int all = report.comparisons().size();
    long above = report.comparisons().stream().filter(row -> row.difference() > tolerance).count();
    if (all == 0) {
      return "Nothing was compared: the file has no case, or its pictures need --images.";
    }
    return above == 0
        ? "All %d are within %.1e.".formatted(all, tolerance)
        : "%d of %d are above %.1e.".formatted(above, all, tolerance);
  }
}
