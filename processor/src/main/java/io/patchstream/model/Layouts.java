package io.patchstream.model;

import io.patchstream.model.huggingface.HuggingFaceClip;
import io.patchstream.model.huggingface.HuggingFaceDeit;
import io.patchstream.model.huggingface.HuggingFaceDinov2;
import io.patchstream.model.huggingface.HuggingFaceSiglip;
import io.patchstream.model.huggingface.HuggingFaceVit;
import io.patchstream.model.huggingface.HuggingFaceVitMae;
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
          new HuggingFaceClip(),
          new HuggingFaceSiglip());

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
    throw new ModelException(
        ("%s: this is none of the layouts that are read (%s): its config.json says model_type \"%s\""
                + " and architecture \"%s\", and its weights begin with the tensors %s. Copy the"
                + " config.json from where the model was published, or name its layout.")
            .formatted(
                folder.path(),
                names(),
                folder.config().text("model_type", ""),
                folder.config().text("architecture", ""),
                folder.weights().tensors().keySet().stream().limit(3).toList()));
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
    throw new ModelException("There is no layout " + name + "; there are " + names() + ".");
  }

  private static String names() {
    return ALL.stream().map(Layout::name).collect(Collectors.joining(", "));
  }
}
