package io.patchstream.cli;

import io.patchstream.config.EngineSettings;
import io.patchstream.config.Settings;
import io.patchstream.image.Preprocessing;
import io.patchstream.inference.Devices;
import io.patchstream.inference.Engine;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code classify}: local files through the same engine as {@code run}, without Kafka. */
@Command(
    name = "classify",
    description = {
      "Classifies local images and prints a line for each, in the order of the paths: the path, and"
          + " the best labels with their scores.",
      "A file that cannot be classified is told on stderr and does not stop the others."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all images were classified",
      "1:some were not, or the model cannot be run",
      "2:used wrongly; a path that does not exist and folders without an image are that too, and"
          + " nothing is classified"
    })
final class ClassifyCommand implements Callable<Integer> {

  /** Those of the settings' resolutions that a file can have: it asks for no size. */
  private enum FileResolution {
    FIXED,
    NATIVE
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = {
        "An image, whatever its name (its content tells the format), or a folder: all of its files,"
            + " subfolders included, that are named as JPEG, PNG, WebP, GIF, BMP and TIFF are."
      })
  private List<Path> paths;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model's folder; the demo model unless set.")
  private Path modelFolder;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description =
          "How the checkpoint was published, as huggingface/vit or timm/vit; its files tell unless"
              + " set.")
  private String layout;

  @Option(names = "--top-k", paramLabel = "K", description = "Labels an image, 5 unless set.")
  private Integer topK;

  @Option(
      names = "--resolution",
      paramLabel = "SIZE",
      description =
          "fixed, the size of the model's own preprocessing, or native, the image's own in whole"
              + " patches; fixed unless set.")
  private FileResolution resolution;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "What the model runs on, as patchstream.device says it: auto, cpu, cuda or cuda:N; auto"
              + " unless set.")
  private String device;

  @Option(
      names = "--json",
      description =
          "Print one JSON object a line: path, and width, height, grid, predictions (of a model"
              + " without a head its embedding) or error.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    List<Path> files = files();
    EngineSettings settings = settings();
    RoomOptions options = new RoomOptions(settings, Preprocessing.read(settings.model()));
    try (Model model = Model.open(settings.model(), settings.modelLayout())) {
      ModelDescription description = model.description();
      requireLabels(description);
      EngineOptions busy =
          options.engine(
              description, devices(settings), Runtime.getRuntime().availableProcessors());
      OutcomeFormat format = json ? new JsonFormat() : new TextFormat(files, description.labels());
      try (Engine engine = Engine.open(model, options.images(description), busy)) {
        int ahead = 2 * busy.maxImagesInFlight();
        long maxBytes = settings.imageLimits().maxBytes();
        return print(new FileClassifier(engine, files, ahead, maxBytes), files.size(), format);
      }
    }
  }

  private void requireLabels(ModelDescription model) throws UsageException {
    if (model.classes() == 0 && !json) {
      throw new UsageException(
          model.name()
              + " has no head, so it gives embeddings and no labels: print those with --json, or give"
              + " a tower of CLIP or SigLIP its classes in a labels.safetensors.");
    }
  }

  private List<Path> files() throws UsageException, IOException {
    List<Path> files = ImageFiles.under(paths);
    if (files.isEmpty()) {
      throw new UsageException(
          "There are no images in "
              + String.join(", ", paths.stream().map(Path::toString).toList())
              + ": of a folder, the files that are named as images are taken; name others one by"
              + " one.");
    }
    return files;
  }

  /** The defaults of the settings table, but for what was asked. */
  private EngineSettings settings() throws Exception {
    Map<String, String> asked = new HashMap<>();
    asked.put(Settings.MODEL, (modelFolder == null ? demoModel() : modelFolder).toString());
    if (layout != null) {
      asked.put(Settings.MODEL_LAYOUT, layout);
    }
    if (topK != null) {
      asked.put(Settings.TOP_K, topK.toString());
    }
    if (device != null) {
      asked.put(Settings.DEVICE, device);
    }
    if (resolution != null) {
      asked.put(Settings.RESOLUTION, resolution.name().toLowerCase(Locale.ROOT));
    }
    return EngineSettings.of(asked);
  }

  private Devices devices(EngineSettings settings) throws InferenceException {
    Devices devices = Devices.select(settings.devices());
    if (devices.missCuda()) {
      spec.commandLine().getErr().println("Runs on " + devices + ".");
    }
    return devices;
  }

  private static Path demoModel() throws UsageException {
    // The launcher says where the distribution lies.
    Path folder = Path.of(System.getProperty("patchstream.home", ""), "demo-model");
    if (!Files.exists(folder.resolve("config.json"))) {
      throw new UsageException(
          "There is no demo model in " + folder + ": name the folder of a model with --model.");
    }
    return folder;
  }

  private int print(FileClassifier outcomes, int files, OutcomeFormat format) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Progress progress = Progress.on(err, files, "classified");
    while (outcomes.hasNext()) {
      FileOutcome outcome = outcomes.next();
      if (Terminal.isStdout() || outcome.failure() != null) {
        progress.clear();
      }
      format.line(outcome).ifPresent(out::println);
      if (outcome.failure() != null) {
        err.println(outcome.failure().line(outcome.file()));
      }
      if (out.checkError()) {
        progress.clear();
        throw new IOException("Results cannot be written: nobody reads them, or the disk is full.");
      }
      progress.advance(outcome.failure() == null);
    }
    progress.clear();
    err.println(progress.summary());
    return progress.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
