package io.patchstream.cli;

import io.patchstream.config.EngineSettings;
import io.patchstream.config.SettingsException;
import io.patchstream.image.ImageException;
import io.patchstream.image.Preprocessing;
import io.patchstream.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code preprocess}: what a model would see of local files, as tensors to look at. */
@Command(
    name = "preprocess",
    description = {
      "Writes what a model would see of local images, after the same decoding, resizing and"
          + " normalising as run does, at the size of the model's own preprocessing.",
      "For each image, a file NAME, there are NAME/pixel_values [3, H, W] float32, and NAME/resized"
          + " [H, W, 3], its bytes before they are normalised. All are held in memory until they"
          + " are written: 0.75 MB an image of 224x224.",
      "A file that cannot be decoded is told on stderr and does not stop the others."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all images were written",
      "1:some were not, or the model's preprocessing cannot be followed",
      "2:used wrongly; nothing is written"
    })
final class PreprocessCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "An image, or a folder: all images below it.")
  private List<Path> paths;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description =
          "The model's folder; only what it says of preprocessing is read: pretrained_cfg in"
              + " config.json, or preprocessor_config.json.")
  private Path modelFolder;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file, written over what is there.")
  private Path target;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UsageException, SettingsException, IOException {
    Map<String, Path> images = byName(ImageFiles.under(paths));
    requireFolderOf(target);
    EngineSettings settings =
        EngineSettings.of(Map.of(EngineSettings.MODEL, modelFolder.toString()));
    Preprocessing preprocessing = Preprocessing.read(modelFolder);
    PreprocessedImages preprocessed =
        new PreprocessedImages(
            preprocessing, settings.imageLimits(), settings.imageExifOrientation());
    SafetensorsWriter tensors =
        new SafetensorsWriter().metadata("preprocessing", preprocessing.toString());
    PrintWriter err = spec.commandLine().getErr();
    int written = 0;
    for (Map.Entry<String, Path> image : images.entrySet()) {
      try {
        byte[] encoded = ImageFiles.read(image.getValue(), settings.imageLimits().maxBytes());
        preprocessed.add(image.getKey(), encoded, tensors);
        written++;
      } catch (IOException | ImageException e) {
        err.println(FileOutcome.Failure.of(e).line(image.getValue()));
      }
    }
    tensors.write(target);
    spec.commandLine()
        .getOut()
        .printf("%d of %d images are in %s%n", written, images.size(), target);
    return written == images.size() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static Map<String, Path> byName(List<Path> files) throws UsageException {
    if (files.isEmpty()) {
      throw new UsageException("There are no images in the folders: name others one by one.");
    }
    Map<String, Path> byName = new LinkedHashMap<>();
    for (Path file : files) {
      Path other = byName.put(file.getFileName().toString(), file);
      if (other != null) {
        throw new UsageException(
            "%s and %s have one name, and so would their tensors: rename one, or leave it out."
                .formatted(other, file));
      }
    }
    return byName;
  }

  private static void requireFolderOf(Path file) throws UsageException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException("There is no folder " + folder + " to write into: make it.");
    }
  }
}
