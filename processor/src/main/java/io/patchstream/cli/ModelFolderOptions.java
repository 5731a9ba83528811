package io.patchstream.cli;

import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model a command is about: the same options wherever it has to be named. */
final class ModelFolderOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model's folder.")
  private Path folder;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description =
          "How the model was published, as huggingface/vit or onnx/classifier; its files tell unless"
              + " set.")
  private String layout;

  Path folder() {
    return folder;
  }

  /** See {@link Model#open(Path, String)}. */
  Model open() throws ModelException {
    return Model.open(folder, layout);
  }
}
