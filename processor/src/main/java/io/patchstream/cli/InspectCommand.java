package io.patchstream.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.patchstream.config.EngineSettings;
import io.patchstream.config.SettingsException;
import io.patchstream.image.Preprocessing;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import io.patchstream.plots.ModelPlots;
import io.patchstream.plots.NamedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: what a model is, and what it looks like inside. */
@Command(
    name = "inspect",
    description = {
      "Tells what a model's folder holds, as run would take it: how it was published, its size, what"
          + " it sees of an image and what it gives. Only for --plots it is run.",
      "A multiply-add counts as two floating-point operations; those of linear layers and attention"
          + " are counted, at the size of the model's own preprocessing, and of ONNX files none."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:told, and drawn if asked for",
      "1:the model cannot be read or run, or an image not be drawn",
      "2:used wrongly; a path that does not exist is that too"
    })
final class InspectCommand implements Callable<Integer> {

  private static final int SHOWN_LABELS = 5;
  private static final String ROW = "%-14s  %s%n";

  @Mixin private ModelFolderOptions published;

  @Option(names = "--json", description = "Print one JSON object, with all labels.")
  private boolean json;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description =
          "Draw what it has learned as PNG files into this folder, with a page, index.html:"
              + " similarity of positions, principal components of the patch projection, attention"
              + " distance of all heads, attention rollout of the images. It takes seconds, of"
              + " large models minutes, and runs on the CPU.")
  private Path plots;

  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "For --plots: an image, or a folder, all images below it.")
  private List<Path> paths = List.of();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (plots == null && !paths.isEmpty()) {
      throw new UsageException("Images are for --plots DIR, the folder to draw into: name it.");
    }
    List<Path> files = ImageFiles.under(paths);
    PrintWriter out = spec.commandLine().getOut();
    int exitCode = ExitCode.OK;
    try (Model model = published.open()) {
      Preprocessing preprocessing = Preprocessing.read(published.folder());
      ModelSummary summary = ModelSummary.of(model, preprocessing);
      if (json) {
        out.println(json(summary));
      } else {
        print(summary, out);
      }
      out.flush();
      if (plots != null) {
        exitCode = draw(model, preprocessing, files);
      }
    }
    return exitCode;
  }

  private int draw(Model model, Preprocessing preprocessing, List<Path> files)
      throws SettingsException, IOException, InferenceException {
    EngineSettings settings =
        EngineSettings.of(Map.of(EngineSettings.MODEL, published.folder().toString()));
    long maxBytes = settings.imageLimits().maxBytes();
    ModelPlots.Drawn drawn =
        new ModelPlots(
                model,
                new RoomOptions(settings, preprocessing).images(model.description()),
                Runtime.getRuntime().availableProcessors())
            .draw(
                files.stream()
                    .map(
                        file ->
                            new NamedImage(file.toString(), () -> ImageFiles.read(file, maxBytes)))
                    .toList(),
                plots);
    PrintWriter err = spec.commandLine().getErr();
    drawn
        .failures()
        .forEach((file, why) -> err.println(FileOutcome.Failure.of(why).line(Path.of(file))));
    // Beside JSON, which a machine reads, it would be in the way.
    (json ? err : spec.commandLine().getOut()).printf(ROW, "plots", drawn.page());
    return drawn.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String json(ModelSummary summary) throws JsonProcessingException {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .build()
        .writeValueAsString(summary);
  }

  private static void print(ModelSummary model, PrintWriter out) {
    out.printf(ROW, "name", model.name());
    out.printf(ROW, "layout", model.layout());
    if (model.recognised() != null) {
      out.printf(ROW, "", model.recognised());
    }
    out.printf(ROW, "revision", model.revision());
    out.printf(ROW, "parameters", parameters(model));
    if (model.gflops() != null) {
      out.printf(
          ROW,
          "work",
          String.format(
              Locale.ROOT,
              "%.3g GFLOPs an image (%.3g G multiply-adds)",
              model.gflops(),
              model.gflops() / 2));
    }
    out.printf(ROW, "precision", String.join(" or ", model.precisions()));
    out.printf(ROW, "image", image(model));
    out.printf(ROW, "positions", positions(model));
    out.printf(ROW, "embedding", embedding(model));
    out.printf(ROW, "labels", labels(model));
    out.printf(ROW, "preprocessing", preprocessing(model));
    out.printf(ROW, "", values(model.preprocessing()));
  }

  private static String parameters(ModelSummary model) {
    String types = String.join(", ", model.weights());
    return String.format(Locale.ROOT, "%,d, published in %s", model.parameters(), types);
  }

  private static String image(ModelSummary model) {
    int prefix = model.image().prefixTokens();
    return "%s%s; %s"
        .formatted(
            model.size(),
            prefix == 0 ? "" : ", prefix tokens: " + prefix,
            model.image().anyGrid() ? "any other grid too" : "no other size");
  }

  private static String positions(ModelSummary model) {
    ModelSummary.PositionTable table = model.positions();
    return table == null
        ? "none that could be another grid's"
        : "trained at %dx%d, %s to any other grid"
            .formatted(table.rows(), table.columns(), table.interpolation());
  }

  private static String embedding(ModelSummary model) {
    return model.embedding() + (model.pooling() == null ? "" : ", of " + model.pooling());
  }

  private static String labels(ModelSummary model) {
    if (model.classes() == 0) {
      return "none: it has no head";
    }
    String some = String.join(", ", model.labels().stream().limit(SHOWN_LABELS).toList());
    String more = model.classes() > SHOWN_LABELS ? ", ..." : "";
    return "%d, %s: %s%s".formatted(model.classes(), model.activation(), some, more);
  }

  private static String preprocessing(ModelSummary model) {
    return "resize %s, %s; crop %dx%d"
        .formatted(
            model.preprocessing().resize(),
            model.preprocessing().filter(),
            model.image().height(),
            model.image().width());
  }

  private static String values(ModelSummary.Treatment treatment) {
    return "times %s, minus %s, over %s"
        .formatted(treatment.rescaleFactor(), treatment.mean(), treatment.std());
  }
}
