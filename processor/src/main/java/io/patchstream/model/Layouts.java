package io.patchstream.model;

import io.patchstream.model.google.GoogleVit;
import io.patchstream.model.huggingface.HuggingFaceClip;
import io.patchstream.model.huggingface.HuggingFaceDeit;
import io.patchstream.model.huggingface.HuggingFaceDinov2;
import io.patchstream.model.huggingface.HuggingFaceDinov2WithRegisters;
import io.patchstream.model.huggingface.HuggingFaceSiglip;
import io.patchstream.model.huggingface.HuggingFaceVit;
import io.patchstream.model.huggingface.HuggingFaceVitMae;
import io.patchstream.model.onnx.OnnxModel;
import io.patchstream.model.timm.TimmVit;
import io.patchstream.model.torchvision.TorchvisionVit;
import io.patchstream.model.vitpytorch.SimpleVit;
import io.patchstream.model.vitpytorch.VitPytorch;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;

/** The layouts that are read. */
final class Layouts {

  private static final List<Layout> ALL =
      List.of(
          new HuggingFaceVit(),
          new HuggingFaceDeit(),
          new HuggingFaceVitMae(),
          new HuggingFaceDinov2(),
          new HuggingFaceDinov2WithRegisters(),
          new HuggingFaceClip(),
          new HuggingFaceSiglip(),
          new TimmVit(),
          new GoogleVit(),
          new TorchvisionVit(),
          new VitPytorch(),
          new SimpleVit());

  private Layouts() {}

  /**
   * The one layout of a folder, recognised by its files alone.
   *
   * @throws ModelException if none is; the message says which are read
   */
  static Layout of(ModelFolder folder) throws ModelException {
    for (Layout layout : ALL) {
      if (layout.recognises(folder)) {
        return layout;
      }
    }
    ConfigFile config = folder.config();
    List<String> tensors = folder.weights().tensors().keySet().stream().limit(3).toList();
    if (!Files.exists(config.file())) {
      throw new ModelException(
          ("%s is missing, and tensors such as %s are of no layout that is read without one. Copy the"
                  + " file from where the model was published, or name one of the layouts: %s.")
              .formatted(config.file(), tensors, names()));
    }
    throw new ModelException(
        ("%s: model_type is \"%s\" and architecture \"%s\", and tensors are such as %s: this is none"
                + " of the layouts that are read, which are %s.")
            .formatted(
                config.file(),
                config.text("model_type", ""),
                config.text("architecture", ""),
                tensors,
                names()));
  }

  /**
   * The layout of a name.
   *
   * @throws ModelException if there is none; the message says which there are
   */
  static Layout named(String name) throws ModelException {
    for (Layout layout : ALL) {
      if (layout.name().equals(name)) {
        return layout;
      }
    }
    throw new ModelException(
        "There is no layout %s; there are %s, %s and %s."
            .formatted(name, names(), OnnxModel.VIT, OnnxModel.CLASSIFIER));
  }

  private static String names() {
    return ALL.stream().map(Layout::name).collect(Collectors.joining(", "));
  }
}
